import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { AllowedAddresses } from './allowed-addresses.ts';

const usual = new AllowedAddresses(loadConfig({ MUSTER_TIME_ZONE: 'UTC' }).rtsp.allow);

const allows = (range: string, address: string) => new AllowedAddresses([range]).allows(address);

describe('where cameras may be by default', () => {
  it.each(['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.20', 'fd12::7', '::ffff:192.168.1.20'])(
    'at %s, which is private',
    (address) => expect(usual.allows(address)).toBe(true),
  );

  it.each([
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '::',
    '169.254.169.254',
    'fe80::1',
    'fd00:ec2::254',
    '172.32.0.1',
    '8.8.8.8',
    '2001:db8::7',
    'camera',
  ])('not at %s', (address) => expect(usual.allows(address)).toBe(false));
});

describe('a range that is allowed', () => {
  it('does not mean this machine unless it names it', () => {
    expect(allows('0.0.0.0/0', '127.0.0.1')).toBe(false);
    expect(allows('0.0.0.0/0', '169.254.169.254')).toBe(false);
    expect(allows('::/0', '::1')).toBe(false);
    expect(allows('0.0.0.0/0', '8.8.8.8')).toBe(true);
    expect(allows('127.0.0.0/8', '127.0.0.1')).toBe(true);
    expect(allows('127.0.0.1', '127.0.0.1')).toBe(true);
    expect(allows('127.0.0.1', '127.0.0.2')).toBe(false);
    expect(allows('169.254.7.7', '169.254.7.7')).toBe(true);
  });
});

describe('a host', () => {
  it('is used by its address, so that its name cannot mean another one later', async () => {
    const local = new AllowedAddresses(['127.0.0.0/8', '::1']);
    expect(['127.0.0.1', '::1']).toContain(await local.addressOf('localhost'));
    expect(await usual.addressOf('192.168.1.20')).toBe('192.168.1.20');
  });

  it('is refused by what its name means', async () => {
    await expect(usual.addressOf('localhost')).rejects.toMatchObject({ problem: 'address-refused' });
    await expect(usual.addressOf('127.0.0.1')).rejects.toMatchObject({
      problem: 'address-refused',
      detail: '127.0.0.1',
    });
    await expect(usual.addressOf('camera.invalid')).rejects.toMatchObject({ problem: 'host-unknown' });
  });
});
