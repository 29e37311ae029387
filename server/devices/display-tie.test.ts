import { describe, expect, it } from 'vitest';
import { USUAL_SETTINGS } from '../protocol/devices.test-support.ts';
import type { DeviceKind } from '../protocol/devices.ts';
import type { DeviceActor } from '../protocol/session.ts';
import { asBooked, screenOf, tiedTo } from './display-tie.ts';

const device = (
  deviceId: string,
  deviceKind: DeviceKind,
  station: string | null = null,
  site = 'paris',
): DeviceActor => ({
  kind: 'device',
  deviceId,
  name: deviceId,
  deviceKind,
  site: { id: site, name: site, timeZone: 'Europe/Paris', viewing: true },
  settings: { ...USUAL_SETTINGS, station },
});

function doorsOf(...all: DeviceActor[]) {
  return { door: (id: string) => all.find(({ deviceId }) => deviceId === id) ?? null, doors: () => all };
}

const tablet = device('tablet', 'station');
const above = device('above', 'encoder', 'tablet');
const yard = device('yard', 'camera', 'tablet');

describe('the screen of a camera', () => {
  it('a station has its own, a tied camera that of its station, and another camera none', () => {
    const doors = doorsOf(tablet, above, yard, device('free', 'camera'));
    expect(screenOf(tablet, doors)).toBe(tablet);
    expect(screenOf(above, doors)).toBe(tablet);
    expect(screenOf(doors.door('free')!, doors)).toBeNull();
    expect(tiedTo(tablet, doors)).toEqual(['above', 'yard']);
  });

  it.each([
    ['is gone', doorsOf(above)],
    ['is at another site', doorsOf(device('tablet', 'station', null, 'tokyo'), above)],
    ['is no station', doorsOf(device('tablet', 'camera'), above)],
  ])('there is none where the device that it is tied to %s', (_, doors) => {
    expect(screenOf(above, doors)).toBeNull();
    expect(asBooked(above, doors)).toBe(above);
  });

  it('a tied camera books as its station does, and is itself in all else', () => {
    const settings = { ...USUAL_SETTINGS, mode: 'in', minGap: 5, names: 'none' } as const;
    const doors = doorsOf({ ...tablet, settings }, above);
    expect(asBooked(above, doors)).toEqual({
      ...above,
      settings: { ...above.settings, mode: 'in', minGap: 5 },
    });
  });
});
