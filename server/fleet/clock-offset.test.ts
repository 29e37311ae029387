import { describe, expect, it } from 'vitest';
import { ClockOffset } from './clock-offset.ts';

/** An analyzer whose steady clock is 5,000 ms behind, and whose wall clock is `skew` ms fast. */
const sample = (sent: number, there: number, back: number, skew = 0) => ({
  sent,
  heard: sent + there + back,
  steady: sent + there - 5_000,
  wall: 1_000_000 + sent + there + skew,
  now: 1_000_000 + sent + there + back,
});

describe('the clock of an analyzer on another host', () => {
  it('is unknown before the first answer', () => {
    expect(new ClockOffset()).toMatchObject({ offset: null, skew: null });
  });

  it('is known to half of the way, and best by the fastest of the last answers', () => {
    const clock = new ClockOffset();
    clock.add(sample(0, 100, 0, 300));
    expect(clock.offset).toBe(4_950);
    expect(clock.skew).toBe(350);
    clock.add(sample(500, 1, 1, 300));
    clock.add(sample(1_000, 40, 4, 300));
    expect(clock.offset).toBe(5_000);
    expect(clock.skew).toBe(300);
  });

  it('follows a clock that is set, once the answers of before are forgotten', () => {
    const clock = new ClockOffset();
    clock.add(sample(0, 0, 0));
    for (let i = 1; i <= 10; i += 1) clock.add(sample(i * 500, 1, 1, -3_000));
    expect(clock.skew).toBe(-3_000);
  });

  it('learns nothing from an answer that came before the question', () => {
    const clock = new ClockOffset();
    clock.add({ ...sample(0, 0, 0), heard: -1 });
    expect(clock.offset).toBeNull();
  });
});
