import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Sighting } from '../protocol/analyzer.ts';
import { SightingInbox } from './sighting-inbox.ts';

const log = pino({ level: 'silent' });
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

describe('SightingInbox', () => {
  it('the sighting inbox tries a sighting again until the database is back, and keeps the order', async () => {
    const recorded: string[] = [];
    const pauses: number[] = [];
    const done = Promise.withResolvers<void>();
    let failures = 3;
    const inbox = new SightingInbox({
      log,
      reachable: async () => failures <= 0,
      pause: async (ms) => void pauses.push(ms),
      deliver: async ({ id }) => {
        if (failures-- > 0) throw new Error('connection refused');
        recorded.push(id);
        if (recorded.length === 2) done.resolve();
      },
    });
    inbox.add(sighting('a'));
    inbox.add(sighting('b'));
    await done.promise;
    expect(recorded).toEqual(['a', 'b']);
    expect(pauses).toEqual([250, 500, 1000]);
    await inbox.close();
  });

  it('the sighting inbox keeps trying for as long as the database is unreachable', async () => {
    const done = Promise.withResolvers<void>();
    let failures = 100;
    const inbox = new SightingInbox({
      log,
      reachable: async () => false,
      pause: async () => {},
      deliver: async () => {
        if (failures-- > 0) throw new Error('connection refused');
        done.resolve();
      },
    });
    inbox.add(sighting('a'));
    await done.promise;
    expect(failures).toBe(-1);
    await inbox.close();
  });

  it('the sighting inbox gives up a sighting that can never be recorded, so that it does not block the others', async () => {
    const done = Promise.withResolvers<void>();
    let tries = 0;
    const inbox = new SightingInbox({
      log,
      reachable: async () => true,
      pause: async () => {},
      deliver: async ({ id }) => {
        if (id === 'b') return done.resolve();
        tries += 1;
        throw new RangeError('always');
      },
    });
    inbox.add(sighting('a'));
    inbox.add(sighting('b'));
    await done.promise;
    expect(tries).toBe(3);
    await inbox.close();
  });

  it('the sighting inbox stops at the first failure after it was closed', async () => {
    const first = Promise.withResolvers<void>();
    let tries = 0;
    const inbox = new SightingInbox({
      log,
      reachable: async () => false,
      deliver: async () => {
        tries += 1;
        first.resolve();
        throw new Error('connection refused');
      },
    });
    for (const id of ['a', 'b', 'c']) inbox.add(sighting(id));
    await first.promise;
    await inbox.close();
    expect(tries).toBeLessThanOrEqual(2);
  });

  it('the sighting inbox drops the oldest waiting sighting when too many are waiting', async () => {
    const release = Promise.withResolvers<void>();
    const recorded: string[] = [];
    const inbox = new SightingInbox({
      log,
      reachable: async () => true,
      deliver: async ({ id }) => {
        await release.promise;
        recorded.push(id);
      },
    });
    for (let i = 0; i < 1_200; i += 1) inbox.add(sighting(String(i)));
    expect(inbox.size).toBe(1_000);
    release.resolve();
    await inbox.close();
    expect(recorded.at(-1)).toBe('1199');
  });
});
