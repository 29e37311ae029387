import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttendanceEvent } from '#protocol/results.ts';
import { RESULTS, ResultQueue } from './result-queue.ts';

let serial = 0;

function event(name: string, result: AttendanceEvent['result'] = 'checked-in'): AttendanceEvent {
  serial += 1;
  return {
    type: 'attendance',
    id: `s${serial}`,
    camera: 'c',
    track: serial,
    person: { id: name, name },
    result,
    seenAt: '2026-11-22T08:00:00Z',
    at: '2026-11-22T08:00:00Z',
    localTime: '09:00',
  };
}

const offering = (name: string): AttendanceEvent => ({
  ...event(name, 'seen'),
  punch: { id: `p-${name}`, offers: ['out', 'in'] },
});

const names = (queue: ResultQueue) => queue.shown.value.map((e) => e.person.name);

describe('results on the screen', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('a result stays on the screen for a while and goes', () => {
    const queue = new ResultQueue();
    queue.add(event('Ana'));
    vi.advanceTimersByTime(RESULTS.stay - 1);
    expect(names(queue)).toEqual(['Ana']);
    vi.advanceTimersByTime(1);
    expect(names(queue)).toEqual([]);
  });

  it('three results are on the screen at once, and the fourth follows when one has gone', () => {
    const queue = new ResultQueue();
    for (const name of ['Ana', 'Ben', 'Cem', 'Dee']) queue.add(event(name));
    expect(names(queue)).toEqual(['Ana', 'Ben', 'Cem']);
    vi.advanceTimersByTime(RESULTS.stay);
    expect(names(queue)).toContain('Dee');
  });

  it('a newer result of the same person takes the place of the older', () => {
    const queue = new ResultQueue();
    queue.add(event('Ana'));
    queue.add(event('Ana', 'already-in'));
    expect(queue.shown.value.map((e) => e.result)).toEqual(['already-in']);
  });

  it('what another camera of the door sees a moment later does not replace the punch', () => {
    const queue = new ResultQueue();
    queue.add(event('Ana'));
    expect(queue.add({ ...event('Ana', 'already-in'), camera: 'above' })).toBe(false);
    expect(queue.shown.value.map((e) => e.result)).toEqual(['checked-in']);
    expect(queue.add({ ...event('Ana', 'already-in'), camera: 'above' }, { asked: true })).toBe(true);
    expect(queue.add({ ...event('Ana', 'already-out'), camera: 'c' })).toBe(true);
    expect(queue.shown.value.map((e) => e.result)).toEqual(['already-out']);
    queue.clear();
  });

  it('a crowd does not make the queue grow without end', () => {
    const queue = new ResultQueue();
    for (let i = 0; i < 1000; i += 1) queue.add(event(`P${i}`));
    expect(queue.shown.value).toHaveLength(RESULTS.shown);
    let seen = RESULTS.shown;
    while (queue.shown.value.length > 0) {
      vi.advanceTimersByTime(RESULTS.stay);
      seen += queue.shown.value.length;
    }
    expect(seen).toBeLessThanOrEqual(RESULTS.shown + RESULTS.waiting);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a result with something to tap stays longer', () => {
    const queue = new ResultQueue();
    queue.add(offering('Ana'));
    vi.advanceTimersByTime(RESULTS.stayWithOffer - 1);
    expect(names(queue)).toEqual(['Ana']);
    vi.advanceTimersByTime(1);
    expect(names(queue)).toEqual([]);
  });

  it('a result with something to tap stays while its person is seen again', () => {
    const queue = new ResultQueue();
    queue.add(offering('Ana'));
    queue.add(event('Ana', 'already-seen'));
    expect(queue.shown.value.map(({ result }) => result)).toEqual(['seen']);
    queue.add(event('Ana', 'already-seen'), { asked: true });
    expect(queue.shown.value.map(({ result }) => result)).toEqual(['already-seen']);
    queue.clear();
  });

  it('a result with something to tap gives up its place after the usual time to the next person', () => {
    const queue = new ResultQueue();
    for (const name of ['Ana', 'Ben', 'Cem']) queue.add(offering(name));
    vi.advanceTimersByTime(RESULTS.stay - 1);
    queue.add(event('Dee'));
    expect(names(queue)).toEqual(['Ana', 'Ben', 'Cem']);
    vi.advanceTimersByTime(1);
    expect(names(queue)).toContain('Dee');
    vi.advanceTimersByTime(RESULTS.stay - 1);
    queue.add(event('Eve'));
    expect(names(queue)).toContain('Eve');
    queue.clear();
  });

  it('the answer to a tap takes the place of its result, and stays the usual time', () => {
    const queue = new ResultQueue();
    const first = offering('Ana');
    queue.add(first);
    queue.add(event('Ben'));
    vi.advanceTimersByTime(RESULTS.stay - 1);
    queue.replace({ ...event('Ana', 'checked-out'), id: first.id });
    expect(queue.shown.value.map(({ person, result }) => [person.name, result])).toEqual([
      ['Ana', 'checked-out'],
      ['Ben', 'checked-in'],
    ]);
    vi.advanceTimersByTime(RESULTS.stay - 1);
    expect(names(queue)).toEqual(['Ana']);
    vi.advanceTimersByTime(1);
    expect(names(queue)).toEqual([]);
  });

  it('no timer is left running once the queue is cleared', () => {
    const queue = new ResultQueue();
    queue.add(event('Ana'));
    queue.clear();
    expect(vi.getTimerCount()).toBe(0);
    expect(names(queue)).toEqual([]);
  });
});
