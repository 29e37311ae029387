import { describe, expect, it } from 'vitest';
import { networkAddresses } from './addresses.ts';

const options = { host: '10.0.0.7', port: 8443, origins: [], announce: undefined, interfaces: {} };

describe('networkAddresses', () => {
  it.each([
    ['one interface', {}, ['https://10.0.0.7:8443']],
    ['the default port without its number', { port: 443 }, ['https://10.0.0.7']],
    ['nothing for a server that only this machine can reach', { host: '127.0.0.1' }, []],
    ['an IPv6 interface', { host: 'fd00::7' }, ['https://[fd00::7]:8443']],
    [
      'the announced address of a container',
      { host: '127.0.0.1', announce: '192.168.1.20' },
      ['https://192.168.1.20:8443'],
    ],
    [
      'a proxy, which comes first, without plain http origins',
      { origins: ['http://localhost:3000', 'https://muster.example.com'] },
      ['https://muster.example.com', 'https://10.0.0.7:8443'],
    ],
  ])('networkAddresses lists %s', (_, more, expected) => {
    expect(networkAddresses({ ...options, ...more })).toEqual(expected);
  });
});
