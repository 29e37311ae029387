import { describe, expect, it } from 'vitest';
import { deviceAddress } from './device-address.ts';

const lan = ['https://192.168.1.20:8443', 'https://office.local:8443'];

describe('the address of the pairing page for another device', () => {
  it.each([
    { opened: 'http://localhost:8080', addresses: lan, url: 'https://192.168.1.20:8443/pair', warns: true },
    { opened: 'http://127.0.0.1:8080', addresses: lan, url: 'https://192.168.1.20:8443/pair', warns: true },
    { opened: 'http://[::1]:8080', addresses: lan, url: 'https://192.168.1.20:8443/pair', warns: true },
    {
      opened: 'https://192.168.1.21:8443',
      addresses: lan,
      url: 'https://192.168.1.21:8443/pair',
      warns: true,
    },
    {
      opened: 'https://muster.example.org',
      addresses: lan,
      url: 'https://muster.example.org/pair',
      warns: false,
    },
  ])(
    'the address of the pairing page is $url when this page was opened at $opened',
    ({ opened, addresses, url, warns }) => {
      expect(deviceAddress(opened, addresses, '/pair')).toEqual({ url, warns, ownMachineOnly: false });
    },
  );

  it('the address of the pairing page works only on this machine when the server found no address in the network', () => {
    expect(deviceAddress('http://localhost:8080', [], '/pair')).toEqual({
      url: 'http://localhost:8080/pair',
      warns: false,
      ownMachineOnly: true,
    });
  });
});
