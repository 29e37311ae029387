import { describe, expect, it } from 'vitest';
import { networkAddresses } from './addresses.ts';

const options = { host: '10.0.0.7', port: 8443, origins: [], announce: undefined };

describe('networkAddresses', () => {
  it.each([
    ['one interface', {}, ['https://10.0.0.7:8443']],
    ['the usual port', { port: 443 }, ['https://10.0.0.7']],
    ['only this machine', { host: '127.0.0.1' }, []],
    ['an IPv6 interface', { host: 'fd00::7' }, ['https://[fd00::7]:8443']],
    ['a container', { host: '127.0.0.1', announce: '192.168.1.20' }, ['https://192.168.1.20:8443']],
    [
      'a proxy first, plain origins not at all',
      { origins: ['http://localhost:3000', 'https://muster.example.com'] },
      ['https://muster.example.com', 'https://10.0.0.7:8443'],
    ],
  ])('names %s', (_, more, expected) => {
    expect(networkAddresses({ ...options, ...more })).toEqual(expected);
  });
});
