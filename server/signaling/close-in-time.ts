import type { WebSocket } from 'ws';

/** Closes the socket, and ends the connection if the other side does not answer within `timeout` ms. */
export function closeInTime(socket: WebSocket, code: number, reason: string, timeout: number): void {
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), timeout).unref();
  socket.once('close', () => clearTimeout(timer));
}
