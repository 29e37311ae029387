import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFromOwnMachine } from './own-machine.ts';

let server: http.Server;
let port: number;

beforeAll(async () => {
  server = http.createServer((req, res) => res.end(String(isFromOwnMachine(req))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

async function ask(headers: http.OutgoingHttpHeaders = {}): Promise<string> {
  const [res] = (await once(http.get({ port, host: '127.0.0.1', headers }), 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of res) text += String(part);
  return text;
}

describe('whether a request is of the own machine', () => {
  it.each(['localhost', 'localhost:8080', '127.0.0.1:8080', '[::1]:8080'])(
    'a program that asks for %s is',
    async (host) => expect(await ask({ host })).toBe('true'),
  );

  it.each(['muster.example.org', 'localhost.example.org', '127.0.0.1.example.org', '192.0.2.7:8080'])(
    'a page whose name %s was pointed at this machine is not',
    async (host) => expect(await ask({ host })).toBe('false'),
  );

  it.each(['X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP', 'Forwarded', 'Via'])(
    'what a proxy has marked with %s is not',
    async (name) => expect(await ask({ [name]: '192.0.2.7' })).toBe('false'),
  );

  it.each([
    ['the request came from another machine', { remoteAddress: '192.0.2.7', localAddress: '127.0.0.1' }],
    [
      'the request came to an address of the network',
      { remoteAddress: '127.0.0.1', localAddress: '192.0.2.1' },
    ],
    ['the connection is closed', {}],
  ])('where %s, it is not', (_, socket) => {
    expect(isFromOwnMachine({ socket, headers: { host: 'localhost' } } as IncomingMessage)).toBe(false);
  });
});
