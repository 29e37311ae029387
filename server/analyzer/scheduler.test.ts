import { describe, expect, it } from 'vitest';
import { Scheduler } from './scheduler.ts';

interface Source {
  camera: string;
  fps: number;
  rate: number;
}

/** Runs `threads` vision threads that take `cost` ms per picture for `seconds`; returns analyses per camera. */
function run(sources: Source[], threads: number, cost: number, seconds: number) {
  const scheduler = new Scheduler();
  const done = new Map<string, number>();
  const inFlight: { camera: string; until: number }[] = [];
  let most = 0;
  for (const s of sources) scheduler.add(s.camera, s.rate);
  for (let now = 0; now < seconds * 1000; now += 1) {
    for (let i = inFlight.length - 1; i >= 0; i -= 1) {
      const job = inFlight[i]!;
      if (job.until > now) continue;
      inFlight.splice(i, 1);
      scheduler.finished(job.camera);
      done.set(job.camera, (done.get(job.camera) ?? 0) + 1);
    }
    sources.forEach((s, i) => {
      const gap = 1000 / s.fps;
      // The phases differ, as those of real cameras do.
      if (Math.floor((now + i * 7) / gap) > Math.floor((now - 1 + i * 7) / gap)) {
        scheduler.arrived(s.camera, now);
      }
    });
    while (inFlight.length < threads) {
      const camera = scheduler.next(now);
      if (camera === null) break;
      expect(inFlight.some((j) => j.camera === camera)).toBe(false);
      inFlight.push({ camera, until: now + cost });
    }
    most = Math.max(most, inFlight.length);
  }
  return { done: (camera: string) => (done.get(camera) ?? 0) / seconds, most };
}

describe('Scheduler', () => {
  it('the scheduler gives every camera its rate when the threads can keep up', () => {
    const sources = [1, 2, 3, 4].map((n) => ({ camera: `c${n}`, fps: 15, rate: 5 }));
    const { done } = run(sources, 1, 20, 20);
    for (const s of sources) expect(done(s.camera)).toBeCloseTo(5, 0.5);
  });

  it('shares the threads evenly when they cannot keep up', () => {
    const sources = Array.from({ length: 10 }, (_, n) => ({ camera: `c${n}`, fps: 30, rate: 10 }));
    const { done } = run(sources, 2, 40, 20);
    const rates = sources.map((s) => done(s.camera));
    expect(rates.reduce((a, b) => a + b)).toBeGreaterThan(48);
    expect(Math.max(...rates) - Math.min(...rates)).toBeLessThan(0.3);
  });

  it('the scheduler serves a slow camera at its rate beside fast cameras that want more than there is', () => {
    const fast = Array.from({ length: 5 }, (_, n) => ({ camera: `f${n}`, fps: 30, rate: 30 }));
    const { done } = run([...fast, { camera: 'slow', fps: 5, rate: 5 }], 1, 30, 20);
    expect(done('slow')).toBeGreaterThan(4.5);
  });

  it('a camera that gets another rate has it from its next picture on', () => {
    const scheduler = new Scheduler();
    scheduler.add('door', 5);
    let done = 0;
    const second = (from: number) => {
      done = 0;
      for (let now = from; now < from + 1_000; now += 50) {
        scheduler.arrived('door', now);
        if (scheduler.next(now) !== 'door') continue;
        done += 1;
        scheduler.finished('door');
      }
      return done;
    };
    expect(second(0)).toBe(5);
    scheduler.change('door', 10);
    expect(second(1_000)).toBe(10);
    scheduler.change('door', 2);
    expect(second(2_000)).toBe(2);
    scheduler.change('gone', 2);
    expect(second(3_000)).toBe(2);
  });

  it('the scheduler keeps one picture of a camera in flight, however many threads are idle', () => {
    expect(run([{ camera: 'only', fps: 30, rate: 30 }], 4, 100, 2).most).toBe(1);
  });

  it('the scheduler serves the camera first that has waited longest', () => {
    const scheduler = new Scheduler();
    for (const camera of ['a', 'b', 'c']) scheduler.add(camera, 10);
    scheduler.arrived('b', 1);
    scheduler.arrived('c', 2);
    scheduler.arrived('a', 3);
    // A newer picture does not cost `b` its place.
    scheduler.arrived('b', 4);
    expect([scheduler.next(5), scheduler.next(5), scheduler.next(5), scheduler.next(5)]).toEqual([
      'b',
      'c',
      'a',
      null,
    ]);
  });

  it('the scheduler forgets a removed camera whether its picture is in flight or waiting', () => {
    const scheduler = new Scheduler();
    scheduler.add('a', 10);
    scheduler.arrived('a', 0);
    scheduler.remove('a');
    expect(scheduler.next(1)).toBeNull();
    scheduler.finished('a');
    expect(scheduler.arrived('a', 2)).toBe(false);
  });
});
