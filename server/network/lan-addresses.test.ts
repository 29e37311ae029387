import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { lanAddresses } from './lan-addresses.ts';

function ipv4(address: string, internal = false): NetworkInterfaceInfo[] {
  return [
    { address, internal, family: 'IPv4', netmask: '255.255.255.0', mac: '02:00:00:00:00:01', cidr: null },
  ];
}

describe('lanAddresses', () => {
  const ipv6: NetworkInterfaceInfo[] = [
    {
      address: 'fd00::7',
      internal: false,
      family: 'IPv6',
      scopeid: 0,
      netmask: 'ffff:ffff:ffff:ffff::',
      mac: '02:00:00:00:00:01',
      cidr: null,
    },
  ];
  const card = { lo: ipv4('127.0.0.1', true), eth0: [...ipv4('192.168.1.20'), ...ipv6] };

  it.each(['eth0', 'enp3s0', 'wlan0', 'wlp2s0', 'en0', 'br0', 'vmbr0', 'bond0', 'Ethernet', 'Wi-Fi'])(
    'lanAddresses includes the address of %s',
    (name) => {
      expect(lanAddresses({ [name]: ipv4('192.168.1.20') })).toEqual(['192.168.1.20']);
    },
  );

  it.each([
    'docker0',
    'br-5f3a2c',
    'veth12ab',
    'virbr0',
    'tun0',
    'tap0',
    'wg0',
    'tailscale0',
    'ztabcdef',
    'cni0',
    'utun4',
    'vboxnet0',
    'vEthernet (WSL)',
  ])('lanAddresses leaves out the address of the virtual interface %s', (name) => {
    expect(lanAddresses({ ...card, [name]: ipv4('172.17.0.1') })).toEqual(['192.168.1.20']);
  });

  it('lanAddresses leaves out link-local addresses and IPv6', () => {
    expect(lanAddresses({ ...card, eth1: ipv4('169.254.3.4'), eth2: undefined })).toEqual(['192.168.1.20']);
  });
});
