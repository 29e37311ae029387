import { describe, expect, it } from 'vitest';
import type { EventMessage } from '../protocol/results.ts';
import { EventBacklog } from './event-backlog.ts';
import { MEDIA_LIMITS } from './limits.ts';

const event = (id: string): EventMessage => ({
  type: 'attendance',
  id,
  camera: 'door',
  track: 1,
  person: { id: 'p', name: 'P' },
  result: 'checked-in',
  seenAt: '2026-01-01T08:00:00Z',
  at: '2026-01-01T08:00:00Z',
  localTime: '08:00',
});
const ids = (events: EventMessage[]) => events.map((e) => e.id);

describe('EventBacklog', () => {
  it('the event backlog keeps the events of each camera for as long as a reconnect takes, oldest first', () => {
    const backlog = new EventBacklog();
    backlog.add('door', event('a'), 0);
    backlog.add('gate', event('x'), 0);
    backlog.add('door', event('b'), 5_000);
    expect(ids(backlog.recent('door', MEDIA_LIMITS.eventRetention))).toEqual(['a', 'b']);
    expect(ids(backlog.recent('door', MEDIA_LIMITS.eventRetention + 1))).toEqual(['b']);
    expect(backlog.recent('door', MEDIA_LIMITS.eventRetention + 5_001)).toEqual([]);
  });

  it('the event backlog keeps the newest events if there are too many', () => {
    const backlog = new EventBacklog();
    for (let i = 0; i < MEDIA_LIMITS.eventsRetained + 3; i += 1) backlog.add('door', event(`e${i}`), 0);
    const kept = ids(backlog.recent('door', 0));
    expect(kept).toHaveLength(MEDIA_LIMITS.eventsRetained);
    expect(kept[0]).toBe('e3');
  });

  it('the event backlog forgets the events of one camera', () => {
    const backlog = new EventBacklog();
    backlog.add('door', event('a'), 0);
    backlog.add('gate', event('x'), 0);
    backlog.forget('door');
    expect(backlog.recent('door', 0)).toEqual([]);
    expect(ids(backlog.recent('gate', 0))).toEqual(['x']);
  });

  it('the event backlog keeps an event only once if it is sent twice', () => {
    const backlog = new EventBacklog();
    backlog.add('door', event('a'), 0);
    backlog.add('door', event('a'), 1);
    expect(ids(backlog.recent('door', 2))).toEqual(['a']);
  });
});
