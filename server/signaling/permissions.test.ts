import { describe, expect, it } from 'vitest';
import { UPRIGHT } from '../protocol/devices.ts';
import type { Actor } from '../protocol/session.ts';
import { type Method, requestSchemas } from '../protocol/signaling.ts';
import { isPermitted } from './permissions.ts';

const device = (kind: 'station' | 'camera'): Actor => ({
  kind: 'device',
  deviceId: 'd',
  name: 'Door',
  deviceKind: kind,
  site: { id: 's', name: 'Paris', timeZone: 'Europe/Paris', viewing: true },
  settings: {
    mode: 'auto',
    minGap: 0,
    minFace: 0.1,
    wish: 'kiosk',
    mounting: UPRIGHT,
    zone: null,
    rate: null,
    hours: null,
    names: 'full',
    times: true,
    recentEvents: 0,
    sound: false,
    ownCamera: true,
    station: null,
    language: 'auto',
  },
});

const owner: Actor = {
  kind: 'account',
  accountId: 'a',
  name: 'A',
  username: 'a',
  role: 'owner',
  department: null,
};

describe('isPermitted', () => {
  const staffOnly = (Object.keys(requestSchemas) as Method[]).filter((m) =>
    /^(enrollment|cameras)\./.test(m),
  );

  it.each(staffOnly)('%s is permitted to staff and never to a device', (method) => {
    expect(isPermitted(owner, method)).toBe(true);
    expect(isPermitted(device('station'), method)).toBe(false);
    expect(isPermitted(device('camera'), method)).toBe(false);
  });

  it('permits punches by PIN or badge only to a station', () => {
    expect(isPermitted(device('station'), 'punch.identify')).toBe(true);
    expect(isPermitted(device('camera'), 'punch.identify')).toBe(false);
    expect(isPermitted(owner, 'punch.identify')).toBe(false);
  });

  it('permits a device to publish its camera and to receive its own results', () => {
    expect(isPermitted(device('camera'), 'media.produce')).toBe(true);
    expect(isPermitted(device('station'), 'media.consume-results')).toBe(true);
  });
});
