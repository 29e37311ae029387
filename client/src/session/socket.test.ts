import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket as Peer } from 'ws';
import { CLOSE } from '#protocol/limits.ts';
import type { Actor } from '#protocol/session.ts';
import type { Notification } from '#protocol/signaling.ts';
import { ClientError } from './client-error.ts';
import { SignalingSocket, type SocketState } from './socket.ts';

const actor: Actor = {
  kind: 'account',
  accountId: 'a',
  name: 'Ana',
  username: 'ana',
  role: 'owner',
  department: null,
};

type Handler = (request: { id: number; method: string; data: unknown }, peer: Peer) => void;

let server: WebSocketServer;
let handlers: Record<string, Handler>;
let connections: number;
let socket: SignalingSocket;
let known: boolean;
let times: number[];

const ok = (peer: Peer, id: number, data: unknown) => peer.send(JSON.stringify({ id, ok: true, data }));

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  connections = 0;
  known = true;
  times = [];
  handlers = {
    hello: ({ id }, peer) => ok(peer, id, { actor, serverTime: Date.now() + 60_000 }),
    ping: ({ id }, peer) => ok(peer, id, { serverTime: Date.now() }),
  };
  server.on('connection', (peer) => {
    connections += 1;
    peer.on('message', (raw: Buffer) => {
      const request = JSON.parse(raw.toString()) as Parameters<Handler>[0];
      handlers[request.method]?.(request, peer);
    });
  });
  const { port } = server.address() as AddressInfo;
  socket = new SignalingSocket({
    url: `ws://127.0.0.1:${port}/socket`,
    requestTimeout: 300,
    pingEvery: 50,
    delay: () => 5,
    known: async () => known,
    onTime: (serverTime) => times.push(serverTime),
  });
});

afterEach(async () => {
  socket.close();
  for (const peer of server.clients) peer.terminate();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

type Open = Extract<SocketState, { state: 'open' }>;
const opened = (connection = 1) =>
  socket.state.until((s): s is Open => s.state === 'open' && s.connection >= connection);

async function failure(promise: Promise<unknown>): Promise<ClientError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ClientError) return error;
  }
  throw new Error('expected a ClientError');
}

describe('the socket', () => {
  it('greets, and learns who it is and the time of the server', async () => {
    socket.open();
    const state = await opened();
    expect(state.actor).toEqual(actor);
    expect(state.clockOffset).toBeGreaterThan(50_000);
    expect(times, 'compared before the first heartbeat').toHaveLength(1);
    expect(times[0]).toBeGreaterThan(Date.now() + 50_000);
  });

  it('the socket gives each request its own reply, whatever their order', async () => {
    const waiting: (() => void)[] = [];
    handlers['media.restart-ice'] = ({ id, data }, peer) => {
      const { transportId } = data as { transportId: string };
      waiting.push(() => ok(peer, id, { iceParameters: { usernameFragment: transportId, password: 'p' } }));
      if (waiting.length === 2) for (const answer of waiting.toReversed()) answer();
    };
    socket.open();
    await opened();
    const [first, second] = await Promise.all([
      socket.request('media.restart-ice', { transportId: 'one' }),
      socket.request('media.restart-ice', { transportId: 'two' }),
    ]);
    expect(first.iceParameters.usernameFragment).toBe('one');
    expect(second.iceParameters.usernameFragment).toBe('two');
  });

  it('the socket passes on an error as the server wrote it', async () => {
    handlers['enrollment.start'] = ({ id }, peer) =>
      peer.send(
        JSON.stringify({
          id,
          ok: false,
          error: { code: 'not-found', message: 'There is no such person.', retryable: false },
        }),
      );
    socket.open();
    await opened();
    const error = await failure(socket.request('enrollment.start', { personId: 'x' }));
    expect(error).toMatchObject({ code: 'not-found', message: 'There is no such person.' });
  });

  it('the socket fails a request that is never answered', async () => {
    handlers['media.join'] = () => {};
    socket.open();
    await opened();
    expect((await failure(socket.request('media.join', {}))).code).toBe('timeout');
  });

  it('the socket fails a request at once while it is not connected', async () => {
    expect(await failure(socket.request('media.join', {}))).toMatchObject({
      code: 'not-connected',
      retryable: true,
    });
  });

  it('the socket fails the requests in flight when the connection goes, and comes back', async () => {
    handlers['media.join'] = (_request, peer) => peer.terminate();
    socket.open();
    await opened();
    expect((await failure(socket.request('media.join', {}))).code).toBe('not-connected');
    const state = await opened(2);
    expect(state.connection).toBe(2);
    expect(connections).toBe(2);
  });

  it('the socket drops a connection whose pings are not answered', async () => {
    const answer = handlers['ping'];
    handlers['ping'] = () => {};
    socket.open();
    await opened();
    await socket.state.until((s) => s.state === 'connecting');
    if (answer) handlers['ping'] = answer;
    expect((await opened(2)).connection).toBe(2);
  });

  it('the socket hands out notifications, and ignores what it does not understand', async () => {
    socket.open();
    await opened();
    const received = new Promise<Notification>((resolve) => {
      socket.onNotification(resolve);
    });
    for (const peer of server.clients) {
      peer.send('not json');
      peer.send(JSON.stringify({ id: 999, ok: true, data: {} }));
      peer.send(JSON.stringify({ notify: 'server.closing', data: {} }));
    }
    expect(await received).toEqual({ notify: 'server.closing', data: {} });
  });

  it.each([
    [CLOSE.replaced, 'replaced'],
    [CLOSE.revoked, 'revoked'],
    [CLOSE.unauthenticated, 'unauthenticated'],
  ])(
    'close code %i ends the socket with the reason %s, and only a new socket can connect again',
    async (code, why) => {
      socket.open();
      await opened();
      for (const peer of server.clients) peer.close(code);
      const ended = await socket.state.until((s) => s.state === 'ended');
      expect(ended).toEqual({ state: 'ended', why });
      expect(connections).toBe(1);
      socket.open();
      await opened(2);
      expect(connections).toBe(2);
    },
  );

  it('the socket connects only when the server answers, and at once then', async () => {
    let answers = false;
    let asked = 0;
    socket.close();
    const { port } = server.address() as AddressInfo;
    socket = new SignalingSocket({
      url: `ws://127.0.0.1:${port}/socket`,
      delay: () => 5,
      askEvery: () => 5,
      answers: async () => {
        asked += 1;
        return answers;
      },
    });
    socket.open();
    await opened();
    for (const peer of server.clients) peer.close();
    await expect.poll(() => asked).toBeGreaterThan(5);
    expect(connections).toBe(1);
    answers = true;
    await opened(2);
    expect(connections).toBe(2);
  });

  it('the socket says that the server is silent before it gives the connection up', async () => {
    const answer = handlers['ping']!;
    let silent: (() => void)[] = [];
    handlers['ping'] = (request, peer) => silent.push(() => answer(request, peer));
    socket.close();
    const { port } = server.address() as AddressInfo;
    socket = new SignalingSocket({
      url: `ws://127.0.0.1:${port}/socket`,
      pingEvery: 20,
      silentAfter: 60,
      requestTimeout: 10_000,
    });
    socket.open();
    await opened();
    await socket.silent.until((value) => value);
    expect(socket.state.value.state).toBe('open');
    handlers['ping'] = answer;
    for (const late of silent.splice(0)) late();
    silent = [];
    await socket.silent.until((value) => !value);
    expect(connections).toBe(1);
  });

  it('the socket proves the key of its device, and ends where it cannot and must', async () => {
    const proofs: unknown[] = [];
    handlers['hello'] = ({ id }, peer) =>
      ok(peer, id, { actor, serverTime: Date.now(), challenge: 'abc', proofNeeded: true });
    handlers['device.prove'] = ({ id, data }, peer) => {
      proofs.push(data);
      ok(peer, id, {});
    };
    socket.close();
    const { port } = server.address() as AddressInfo;
    const url = `ws://127.0.0.1:${port}/socket`;
    socket = new SignalingSocket({ url, prove: async (challenge) => `signed ${challenge}` });
    socket.open();
    await opened();
    expect(proofs).toEqual([{ signature: 'signed abc' }]);
    socket.close();
    socket = new SignalingSocket({ url });
    socket.open();
    expect(await socket.state.until((s) => s.state === 'ended')).toMatchObject({ why: 'replaced' });
  });

  it('the socket ends when a refused upgrade means that the server knows it no longer', async () => {
    server.options.verifyClient = (_info, done) => done(false, 401);
    socket.open();
    await socket.state.until((s) => s.state === 'connecting' && s.attempt >= 2);
    known = false;
    expect(await socket.state.until((s) => s.state === 'ended')).toMatchObject({ why: 'unauthenticated' });
  });

  it('the socket does not come back once it is closed', async () => {
    socket.open();
    await opened();
    const [peer] = server.clients;
    const gone = peer && once(peer, 'close');
    socket.close();
    await gone;
    expect(socket.state.value).toEqual({ state: 'ended', why: 'closed' });
    expect(connections).toBe(1);
  });
});
