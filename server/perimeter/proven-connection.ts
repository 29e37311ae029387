/** Which connections carried the request of somebody we know. The others are the first to go when there are too many. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const waiting = new WeakMap<Socket, () => void>();

/** Calls `proven` once, when a request on this connection turns out to come from an account, a device or a token. */
export function onceProven(connection: Socket, proven: () => void): void {
  waiting.set(connection, proven);
}

/** Call it where a caller was identified. */
export function prove({ socket }: IncomingMessage): void {
  waiting.get(socket)?.();
  waiting.delete(socket);
}
