import { describe, expect, it } from 'vitest';
import { allowedAddresses } from './allowed-addresses.ts';

describe('addresses to which webhooks may go', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '0.0.0.0',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::1',
    '2001:db8::1',
    'no address',
    '',
  ])('%s is not public', (address) => {
    expect(allowedAddresses([]).isAllowed(address)).toBe(false);
  });

  it.each(['93.184.215.14', '8.8.8.8', '172.32.0.1', '2606:2800:21f:cb07::1', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(allowedAddresses([]).isAllowed(address)).toBe(true);
      expect(allowedAddresses([]).isNamed(address)).toBe(false);
    },
  );

  it('a private address is allowed where its range is named, however it is written', () => {
    const allowed = allowedAddresses(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.200.0.1', 'fd12::1']) {
      expect([address, allowed.isNamed(address), allowed.isAllowed(address)]).toEqual([address, true, true]);
    }
    for (const address of ['127.0.0.2', '11.0.0.1', 'fe80::1', '192.168.1.1']) {
      expect([address, allowed.isNamed(address)]).toEqual([address, false]);
    }
  });
});
