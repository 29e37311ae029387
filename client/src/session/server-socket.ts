import type { Actor } from '#protocol/session.ts';
import { api } from './api.ts';
import { SignalingSocket, type SocketOptions } from './socket.ts';

/** A server that has not begun to answer within this time is away, ms. */
const ANSWER_LIMIT = 2_000;

/** A socket to the server of this page, as an account, a device or an invited person. */
export function serverSocket(
  as: Actor['kind'],
  options: Pick<SocketOptions, 'greeting' | 'prove' | 'onTime'> = {},
): SignalingSocket {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return new SignalingSocket({
    url: `${scheme}://${location.host}/socket?as=${as}`,
    known: async () => (await api.session.get({ query: { as } })).actor?.kind === as,
    answers,
    ...options,
  });
}

/** By a file, which costs the server no query. While it starts, it answers 503. */
async function answers(): Promise<boolean> {
  try {
    const { status } = await fetch('/favicon.svg', {
      method: 'HEAD',
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_LIMIT),
    });
    return status < 500;
  } catch {
    return false;
  }
}
