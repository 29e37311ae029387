import { describe, expect, it } from 'vitest';
import { timeOfClaim } from './claim-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Of the server. The device was last compared at 8:00 and is an hour ahead. */
const EIGHT = Date.UTC(2026, 10, 27, 8);
const AHEAD = HOUR;
const anchor = { page: 'a', wall: EIGHT + AHEAD, monotonic: 1_000_000, server: EIGHT };

/** Readings of the device so long after 8:00, while nothing happens to its clocks. */
const after = (ms: number) => ({ page: 'a', wall: anchor.wall + ms, monotonic: anchor.monotonic + ms });
/** In another page than the one of 8:00. */
const reloaded = (ms: number, page = 'b') => ({ ...after(ms), page, monotonic: ms % 7_777 });

/** A claim after 10 minutes, delivered after 40. */
const time = (
  made = after(10 * MINUTE),
  delivered = after(40 * MINUTE),
  options: { anchor?: typeof anchor | null; now?: number } = {},
) => {
  const { now = EIGHT + 40 * MINUTE } = options;
  return timeOfClaim(
    { made, delivered, anchor: options.anchor === undefined ? anchor : options.anchor },
    now,
  );
};
const TEN_PAST = { at: EIGHT + 10 * MINUTE, doubt: null };

describe('the time of a claim', () => {
  it('a claim is dated by the clock of the server, not by that of the device', () => {
    expect(time()).toEqual(TEN_PAST);
  });

  it('a reload between claim and delivery changes nothing', () => {
    expect(time(after(10 * MINUTE), reloaded(40 * MINUTE))).toEqual(TEN_PAST);
  });

  it('a reload before the claim changes nothing: the stored comparison still holds', () => {
    expect(time(reloaded(10 * MINUTE), reloaded(40 * MINUTE, 'c'))).toEqual(TEN_PAST);
  });

  it.each([-3 * HOUR, -MINUTE, MINUTE, 5 * DAY])(
    'a wall clock that was set by %i ms before the claim is overruled by the monotonic one',
    (jump) => {
      const made = { ...after(10 * MINUTE), wall: after(10 * MINUTE).wall + jump };
      const delivered = { ...after(40 * MINUTE), wall: after(40 * MINUTE).wall + jump };
      expect(time(made, delivered)).toEqual(TEN_PAST);
      // Set back again before the delivery.
      expect(time(made, after(40 * MINUTE))).toEqual(TEN_PAST);
    },
  );

  it('a wall clock that was set before a reload and the claim is found out at the delivery', () => {
    const jump = 2 * HOUR;
    const made = { ...reloaded(10 * MINUTE), wall: after(10 * MINUTE).wall + jump };
    const delivered = {
      page: 'b',
      wall: after(40 * MINUTE).wall + jump,
      monotonic: made.monotonic + 30 * MINUTE,
    };
    expect(time(made, delivered)).toEqual(TEN_PAST);
  });

  it('a monotonic clock that stood still while the tablet slept is overruled by the wall clock', () => {
    const asleep = 6 * MINUTE;
    const made = { ...after(10 * MINUTE), monotonic: after(10 * MINUTE).monotonic - asleep };
    const delivered = { ...after(40 * MINUTE), monotonic: after(40 * MINUTE).monotonic - asleep };
    expect(time(made, delivered)).toEqual(TEN_PAST);
    expect(time(after(10 * MINUTE), delivered)).toEqual(TEN_PAST);
  });

  it('a wall clock that was set between a claim and its delivery by another page leaves the time unsure', () => {
    const delivered = { ...reloaded(40 * MINUTE, 'c'), wall: after(40 * MINUTE).wall + HOUR };
    expect(time(reloaded(10 * MINUTE), delivered)).toEqual({
      at: EIGHT + 10 * MINUTE,
      doubt: 'time-unsure',
    });
  });

  it('a device that was never compared is believed only where both its clocks agree at the delivery', () => {
    expect(time(after(10 * MINUTE), after(40 * MINUTE), { anchor: null })).toEqual(TEN_PAST);
    expect(time(after(10 * MINUTE), reloaded(40 * MINUTE), { anchor: null }).doubt).toBe('time-unsure');
  });

  it('a claim is not from the future, and not from before the last contact with the server', () => {
    const late = time(after(2 * HOUR), after(40 * MINUTE));
    expect(late).toEqual({ at: EIGHT + 40 * MINUTE, doubt: 'time-unsure' });
    expect(time(after(-HOUR), after(40 * MINUTE)).doubt).toBe('time-unsure');
  });

  it('a claim of two days ago is booked, and one of three weeks ago is looked at first', () => {
    expect(time(after(DAY), after(3 * DAY), { now: EIGHT + 3 * DAY })).toEqual({
      at: EIGHT + DAY,
      doubt: null,
    });
    expect(time(after(DAY), after(22 * DAY), { now: EIGHT + 22 * DAY })).toEqual({
      at: EIGHT + DAY,
      doubt: 'too-old',
    });
  });

  it('clocks that run at slightly different speeds agree over days', () => {
    const drift = 1 + 5e-5;
    const slow = (ms: number) => reloaded(ms * drift);
    const { at, doubt } = time(slow(DAY), slow(3 * DAY), { now: EIGHT + 3 * DAY });
    expect(doubt).toBeNull();
    expect(Math.abs(at - (EIGHT + DAY))).toBeLessThan(20_000);
  });
});

it('a slow delivery does not make a punch late', () => {
  const slow = 4_000;
  expect(time(reloaded(10 * MINUTE), reloaded(40 * MINUTE), { now: EIGHT + 40 * MINUTE + slow })).toEqual(
    TEN_PAST,
  );
  const sameLater = { page: 'b', wall: after(40 * MINUTE).wall, monotonic: (10 * MINUTE) % 7_777 };
  const delivered = { ...sameLater, monotonic: sameLater.monotonic + 30 * MINUTE };
  expect(time(reloaded(10 * MINUTE), delivered, { now: EIGHT + 40 * MINUTE + slow })).toEqual(TEN_PAST);
});
