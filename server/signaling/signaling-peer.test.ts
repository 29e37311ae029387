import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { SOCKET_LIMITS } from '../protocol/limits.ts';
import type { Reply } from '../protocol/signaling.ts';
import { SignalingPeer, type SignalingPeerOptions } from './signaling-peer.ts';

const opened: (WebSocketServer | WebSocket)[] = [];

afterEach(() => {
  for (const one of opened.splice(0)) {
    if (one instanceof WebSocket) one.terminate();
    else one.close();
  }
});

/** A peer on a real socket, and the client at its other end. */
async function connect(options: Pick<SignalingPeerOptions, 'answer'> & Partial<SignalingPeerOptions>) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  opened.push(server);
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[WebSocket]>;
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  opened.push(client);
  const replies: Reply[] = [];
  client.on('message', (data: Buffer) => replies.push(JSON.parse(data.toString('utf8')) as Reply));
  const [socket] = await accepted;
  const peer = new SignalingPeer({
    id: 'peer',
    actor: {
      kind: 'account',
      accountId: 'a',
      name: 'A',
      username: 'a',
      role: 'owner',
      department: null,
    },
    address: null,
    socket,
    limits: SOCKET_LIMITS,
    authenticate: async () => null,
    onClosed: () => {},
    log: pino({ level: 'silent' }),
    ...options,
  });
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
  return {
    peer,
    client,
    replies,
    ask: (id: number) => client.send(JSON.stringify({ id, method: 'ping' })),
  };
}

describe('a signaling peer', () => {
  it.each<[string, () => Promise<Reply>]>([
    [
      'an error that is thrown before the first await',
      () => {
        throw new TypeError('a bug');
      },
    ],
    ['a rejection', () => Promise.reject(new RangeError('a bug'))],
    ['a rejection with undefined', () => Promise.reject(undefined)],
    [
      'a reply that cannot be written as JSON',
      async () => ({ id: 1, ok: true, data: { serverTime: 1n as unknown as number } }),
    ],
  ])('answers %s with `internal`, and then the next request', async (_, fail) => {
    const { ask, replies, peer } = await connect({
      answer: (_peer, { id }) => (id === 1 ? fail() : Promise.resolve({ id, ok: true, data: {} })),
    });
    ask(1);
    ask(2);
    await expect.poll(() => replies.length, { timeout: 10_000 }).toBe(2);
    expect(replies[0]).toMatchObject({ id: 1, ok: false, error: { code: 'internal' } });
    expect(replies[1]).toMatchObject({ id: 2, ok: true });
    expect(peer.closed).toBe(false);
  });

  it('loses only its own connection if releasing what it holds fails', async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let calls = 0;
    const { ask, peer, client } = await connect({
      answer: async (_peer, { id }) => {
        begun.resolve();
        await release.promise;
        return { id, ok: true, data: {} };
      },
      onClosed: () => {
        calls += 1;
        // The second call follows the request that was being answered.
        if (calls === 2) throw new Error('a bug');
      },
    });
    ask(1);
    await begun.promise;
    peer.close(4000, 'test');
    release.resolve();
    await peer.gone();
    await expect.poll(() => calls, { timeout: 10_000 }).toBe(2);
    await expect.poll(() => client.readyState, { timeout: 10_000 }).toBe(WebSocket.CLOSED);
  });
});
