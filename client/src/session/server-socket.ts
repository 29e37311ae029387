import { api, type Role } from './api.ts';
import { SignalingSocket } from './socket.ts';

/** A socket to this page's server, in one of the two roles that a browser may hold. */
export function serverSocket(role: Role): SignalingSocket {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return new SignalingSocket({
    url: `${scheme}://${location.host}/socket?as=${role}`,
    known: async () => (await api.session(role)).actor?.kind === role,
  });
}
