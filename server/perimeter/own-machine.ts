/** Whether a request comes from a program on the machine of the server, and on nobody else's behalf. */
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
/** Written by proxies, each in its own way. */
const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'] as const;
const OWN_NAMES = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/**
 * On the plain HTTP port, from a loopback address to one, by the machine's own name: a page that a browser on this machine
 * has open elsewhere may point a name of its own at 127.0.0.1. A proxy on this machine passes on the requests of strangers,
 * so what it has marked as such is not of this machine.
 */
export function isFromOwnMachine({ socket, headers }: IncomingMessage): boolean {
  return (
    !(socket instanceof TLSSocket) &&
    LOOPBACK.test(socket.remoteAddress ?? '') &&
    LOOPBACK.test(socket.localAddress ?? '') &&
    OWN_NAMES.test(headers.host ?? '') &&
    FORWARDED.every((name) => headers[name] === undefined)
  );
}
