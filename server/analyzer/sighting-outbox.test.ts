import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sighting } from '../protocol/analyzer.ts';
import { OUTBOX_LIMIT, SightingOutbox } from './sighting-outbox.ts';

const sighting = (id: string): Sighting => ({
  id,
  cameraId: 'door',
  track: 1,
  personId: 'p',
  at: 0,
  similarity: 0.7,
  margin: 0.3,
  frames: 3,
  live: null,
});

describe('SightingOutbox', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('an outbox reports a sighting again, less and less often, until the server confirms it', () => {
    const sent: string[] = [];
    const outbox = new SightingOutbox({ send: ({ id }) => sent.push(id), onFull: () => {} });
    outbox.add(sighting('a'));
    outbox.add(sighting('b'));
    outbox.confirm(['b', 'unknown']);
    expect(sent).toEqual(['a', 'b']);
    vi.advanceTimersByTime(2_000 + 4_000);
    expect(sent).toEqual(['a', 'b', 'a', 'a']);
    vi.advanceTimersByTime(60 * 60_000);
    const hour = sent.length;
    expect(hour).toBeLessThan(130);
    outbox.confirm(['a']);
    vi.advanceTimersByTime(60 * 60_000);
    expect([sent.length, outbox.size]).toEqual([hour, 0]);
  });

  it('a full outbox keeps the first 1,000 sightings and says which one it cannot take', () => {
    const refused: string[] = [];
    const outbox = new SightingOutbox({ send: () => {}, onFull: ({ id }) => refused.push(id) });
    for (let i = 0; i <= OUTBOX_LIMIT; i += 1) outbox.add(sighting(`${i}`));
    expect([outbox.size, refused]).toEqual([1_000, ['1000']]);
    outbox.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
