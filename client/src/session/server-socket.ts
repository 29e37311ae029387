import type { Actor } from '#protocol/session.ts';
import { api } from './api.ts';
import { SignalingSocket } from './socket.ts';

/** A socket to the server of this page, as an account or as a device. */
export function serverSocket(as: Actor['kind']): SignalingSocket {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return new SignalingSocket({
    url: `${scheme}://${location.host}/socket?as=${as}`,
    known: async () => (await api.session.get({ query: { as } })).actor?.kind === as,
  });
}
