import { expect, it } from 'vitest';
import { TransitClock } from './transit-clock.ts';

/** A camera of 10 pictures a second whose clock began at `first`, and the way that its packets take, ms. */
class Way {
  readonly #clock = new TransitClock({ clockRate: 90_000, limit: 1_000 });
  readonly #first: number;

  constructor(first = 2 ** 32 - 45_000) {
    this.#first = first;
  }

  /** Whether the picture taken at `taken` is late if it arrives at `at`, ms. `fast`: how fast the camera's clock runs. */
  late(taken: number, at: number, fast = 1): boolean {
    return this.#clock.isLate((this.#first + Math.round(taken * 90 * fast)) % 2 ** 32, 10_000 + at);
  }
}

const every = (from: number, to: number) =>
  Array.from({ length: Math.round((to - from) / 100) }, (_, i) => from + i * 100);

it('packets that come as they were sent are never late, also where the timestamp begins anew at zero', () => {
  const way = new Way();
  expect(every(0, 60_000).map((at) => way.late(at, at + (at % 300)))).not.toContain(true);
});

it('packets that a stopped process or a full queue held back are late, until one is on time again', () => {
  const way = new Way();
  for (const at of every(0, 5_000)) way.late(at, at + 20);
  // Stopped for 4 s: all that had been sent meanwhile arrives at once.
  const late = every(5_000, 9_000).map((taken) => way.late(taken, 9_020));
  expect(late.filter(Boolean)).toHaveLength(30);
  expect(late.slice(0, 30)).not.toContain(false);
  expect(every(9_000, 12_000).map((at) => way.late(at, at + 20))).not.toContain(true);
});

it('a packet that is sent again, with an older timestamp, is as late as it is', () => {
  const way = new Way();
  for (const at of every(0, 5_000)) way.late(at, at + 20);
  expect(way.late(4_500, 5_020)).toBe(false);
  expect(way.late(3_500, 5_020)).toBe(true);
  expect(way.late(5_100, 5_120)).toBe(false);
});

it('a pause of the camera makes nothing late', () => {
  const way = new Way();
  for (const at of every(0, 5_000)) way.late(at, at + 20);
  expect(way.late(65_000, 65_020)).toBe(false);
});

it('a clock of the camera that runs a little slower or faster than ours makes nothing late, not in a day either', () => {
  for (const fast of [0.9998, 1.0002]) {
    const way = new Way(0);
    const day = Array.from({ length: 86_400 }, (_, second) => second * 1_000);
    expect(day.map((at) => way.late(at, at, fast))).not.toContain(true);
  }
});

it('a sender that begins to count anew is on time at once', () => {
  for (const jump of [-60_000, 60_000, -10_000_000, 10_000_000]) {
    const way = new Way(2 ** 30);
    for (const at of every(0, 5_000)) way.late(at, at + 20);
    expect(every(5_000, 10_000).map((at) => way.late(at + jump, at + 20))).not.toContain(true);
  }
});

it('a way that has become slower for good is the new measure after five seconds', () => {
  const way = new Way();
  for (const at of every(0, 5_000)) way.late(at, at + 20);
  const slow = every(5_000, 20_000).map((at) => way.late(at, at + 2_000));
  expect(slow.indexOf(false)).toBe(51);
  expect(slow.slice(51)).not.toContain(true);
});
