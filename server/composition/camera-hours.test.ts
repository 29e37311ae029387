import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { CameraSource } from '../media/camera-source.ts';
import { type DeviceSettings, type WeekHours } from '../protocol/devices.ts';
import type { DeviceActor } from '../protocol/session.ts';
import { CameraHoursKeeper, type HourlyCamera } from './camera-hours.ts';
import { USUAL_SETTINGS } from '../protocol/devices.test-support.ts';

const day = { from: '08:00', to: '18:00' };
const hours: WeekHours = [day, day, day, day, day, null, null];
const settings: DeviceSettings = { ...USUAL_SETTINGS, minGap: 0 };

function camera(id: string): HourlyCamera {
  return { id, source: { options: { cameraId: id } } as CameraSource, resting: false };
}

let keeper: CameraHoursKeeper<HourlyCamera> | undefined;
afterEach(() => keeper?.close());

/** 2026-06-01 is a Monday; London is an hour ahead of UTC. */
function office(start: string) {
  let now = Date.parse(start);
  const doors = new Map<string, WeekHours | null>();
  const cameras: HourlyCamera[] = [];
  const watched = new Set<string>();
  const told: string[] = [];
  const made = new CameraHoursKeeper({
    cameras: { list: () => cameras },
    analyzers: {
      watch: ({ options }) => void watched.add(options.cameraId),
      unwatch: (id) => void watched.delete(id),
    },
    door: (id): DeviceActor | null => {
      const of = doors.get(id);
      if (of === undefined) return null;
      const site = { id: 'site', name: 'London', timeZone: 'Europe/London', viewing: true };
      return {
        kind: 'device',
        deviceId: id,
        name: id,
        deviceKind: 'station',
        site,
        settings: { ...settings, hours: of },
      };
    },
    tell: ({ id }, { recognizes, until }) => told.push(`${id} ${recognizes ? 'on' : 'off'} until ${until}`),
    log: pino({ level: 'silent' }),
    now: () => now,
  });
  keeper = made;
  return {
    doors,
    watched,
    told,
    keeper: made,
    publish: (id: string) => {
      const published = camera(id);
      cameras.push(published);
      made.added(published);
      return published;
    },
    at: (time: string) => {
      now = Date.parse(time);
      made.look();
    },
  };
}

describe('the hours of cameras', () => {
  it('a camera is watched in its hours only, and its device is told once for each change', () => {
    const { doors, watched, told, publish, at } = office('2026-06-01T05:00:00Z');
    doors.set('door', hours);
    const door = publish('door');
    expect([[...watched], door.resting]).toEqual([[], true]);
    at('2026-06-01T06:59:59Z');
    at('2026-06-01T07:00:00Z');
    expect([[...watched], door.resting]).toEqual([['door'], false]);
    at('2026-06-01T12:00:00Z');
    at('2026-06-01T17:00:00Z');
    expect([[...watched], door.resting]).toEqual([[], true]);
    expect(told).toEqual([
      'door off until 2026-06-01T07:00:00.000Z',
      'door on until 2026-06-01T17:00:00.000Z',
      'door off until 2026-06-02T07:00:00.000Z',
    ]);
  });

  it('new hours of a running camera count at once, and an enrollment has none', () => {
    const { doors, watched, told, publish, keeper: made } = office('2026-06-06T12:00:00Z');
    doors.set('door', null);
    publish('door');
    publish('enrollment');
    expect([...watched]).toEqual(['door', 'enrollment']);
    doors.set('door', hours);
    made.look();
    expect([...watched]).toEqual(['enrollment']);
    doors.set('door', null);
    made.look();
    expect([...watched].toSorted()).toEqual(['door', 'enrollment']);
    expect(told.at(-1)).toBe('door on until null');
  });

  it('a clock that is set back ends the hours again', () => {
    const { doors, watched, publish, at } = office('2026-06-01T08:00:00Z');
    doors.set('door', hours);
    publish('door');
    expect(watched.size).toBe(1);
    at('2026-06-01T03:00:00Z');
    expect(watched.size).toBe(0);
  });
});
