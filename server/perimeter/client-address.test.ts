import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { addressOf, addressReader } from './client-address.ts';

const read = addressReader(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);

function seen(remoteAddress: string, forwarded?: string): string | undefined {
  const req = {
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage;
  read(req);
  return addressOf(req);
}

describe('the address of a request', () => {
  it.each([
    ['is the remote address of the connection', '192.0.2.1', undefined, '192.0.2.1'],
    ['is not the address that a stranger claims', '192.0.2.1', '198.51.100.9', '192.0.2.1'],
    ['is the address that a trusted proxy reports', '127.0.0.1', '198.51.100.9', '198.51.100.9'],
    [
      'is the address that a proxy in a trusted range reports',
      '::ffff:10.1.2.3',
      '198.51.100.9',
      '198.51.100.9',
    ],
    [
      'is the address that the outermost trusted proxy reports',
      'fd00::1',
      '198.51.100.9, 10.0.0.7',
      '198.51.100.9',
    ],
    [
      'is not an address that the client wrote into the header itself',
      '127.0.0.1',
      '1.1.1.1, 198.51.100.9',
      '198.51.100.9',
    ],
    ['may be IPv6', '127.0.0.1', '2001:db8::1', '2001:db8::1'],
    ['stays that of the proxy where the proxy reports nothing', '127.0.0.1', undefined, '127.0.0.1'],
    ['stays that of the proxy where the proxy reports nonsense', '127.0.0.1', 'unknown', '127.0.0.1'],
    ['stays that of the proxy for its own requests', '127.0.0.1', '10.0.0.7', '127.0.0.1'],
  ])('the address of a client %s', (_name, from, forwarded, expected) => {
    expect(seen(from, forwarded)).toBe(expected);
  });
});
