import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { originCheck } from './origins.ts';

const check = originCheck(['https://muster.example', 'http://door.local:3000/']);
const cookie = 'muster_session=abc';

function request(headers: Record<string, string>, encrypted = false): IncomingMessage {
  return {
    headers: { host: 'localhost:8080', ...headers },
    socket: { encrypted },
  } as unknown as IncomingMessage;
}

describe('the origin check', () => {
  it.each<[string, Record<string, string>, boolean?]>([
    ['from its own page', { origin: 'http://localhost:8080' }],
    ['from its own page over TLS', { origin: 'https://localhost:8080' }, true],
    ['from its own page on the default port', { origin: 'https://door.example', host: 'door.example' }, true],
    ['in upper or lower case', { origin: 'http://localhost:8080', host: 'LocalHost:8080' }],
    ['from an origin of the configuration', { origin: 'https://muster.example' }],
    ['from an origin that the configuration writes in another form', { origin: 'http://door.local:3000' }],
    ['from a program without a cookie', {}],
    ['without an origin when the browser vouches for it', { cookie, 'sec-fetch-site': 'same-origin' }],
  ])('lets a write or a socket in: %s', (_, headers, encrypted) => {
    expect(check(request(headers, encrypted))).toBe(true);
  });

  it.each<[string, Record<string, string>, boolean?]>([
    ['from another site', { origin: 'https://evil.example' }],
    ['from another port of the same host', { origin: 'http://localhost:3000' }],
    ['from plain http to https', { origin: 'http://localhost:8080' }, true],
    ['from https to plain http', { origin: 'https://localhost:8080' }],
    ['from an opaque origin', { origin: 'null' }],
    ['from a host whose name only begins like ours', { origin: 'http://localhost:8080.evil.example' }],
    ['from a file', { origin: 'file://' }],
    ['with a cookie and no origin', { cookie }],
    ['with a device cookie and no origin', { cookie: 'other=1; muster_device=abc' }],
    ['with a cookie from another site that hides its origin', { cookie, 'sec-fetch-site': 'cross-site' }],
    ['with a cookie from a sibling site', { cookie, 'sec-fetch-site': 'same-site' }],
  ])('refuses a write or a socket: %s', (_, headers, encrypted) => {
    expect(check(request(headers, encrypted))).toBe(false);
  });
});
