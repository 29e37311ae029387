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
});

describe('SightingInbox', () => {
  it('tries a sighting again until the database is back, and keeps the order', async () => {
    const recorded: string[] = [];
    const pauses: number[] = [];
    const done = Promise.withResolvers<void>();
    let failures = 3;
    const inbox = new SightingInbox({
      log,
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

  it('does not let one sighting that can never be recorded hold up the rest', async () => {
    const done = Promise.withResolvers<void>();
    let tries = 0;
    const inbox = new SightingInbox({
      log,
      pause: async () => {},
      deliver: async ({ id }) => {
        if (id === 'b') return done.resolve();
        tries += 1;
        throw new Error('always');
      },
    });
    inbox.add(sighting('a'));
    inbox.add(sighting('b'));
    await done.promise;
    expect(tries).toBe(60);
    await inbox.close();
  });

  it('gives up on close after one last try', async () => {
    let tries = 0;
    const tried = Promise.withResolvers<void>();
    const inbox = new SightingInbox({
      log,
      deliver: async () => {
        tries += 1;
        tried.resolve();
        throw new Error('connection refused');
      },
    });
    inbox.add(sighting('a'));
    await tried.promise;
    await inbox.close();
    expect(tries).toBe(2);
    expect(inbox.size).toBe(0);
  });

  it('holds a bounded number and drops the oldest waiting one', async () => {
    const release = Promise.withResolvers<void>();
    const recorded: string[] = [];
    const inbox = new SightingInbox({
      log,
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
