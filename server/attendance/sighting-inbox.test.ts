import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../journal/journal.ts';
import type { DecisionSummary } from '../protocol/decisions.ts';
import type { Sighting } from '../protocol/analyzer.ts';
import type { SightingDevice } from './attendance-service.ts';
import { INBOX_LIMITS, SightingInbox, type SightingInboxOptions } from './sighting-inbox.ts';
import type { DoorSighting } from './waiting-sightings.ts';
import { USUAL_SETTINGS } from '../protocol/devices.test-support.ts';

const log = pino({ level: 'silent' });
const key = { id: randomUUID(), secret: randomBytes(32) };
const door: SightingDevice = {
  id: 'door',
  name: 'Front door',
  settings: USUAL_SETTINGS,
  site: { id: 'site', name: 'Office', timeZone: 'Europe/Berlin', viewing: true },
};
const fault = (code: string) => Object.assign(new Error(`refused with ${code}`), { code });
const sighting = (id: string, more: Partial<Sighting> = {}): Sighting => ({
  id,
  cameraId: 'door',
  track: 1,
  personId: `person of ${id}`,
  at: 1_000_000,
  similarity: 0.7,
  margin: 0.3,
  frames: 3,
  live: null,
  ...more,
});

let folder: string;
let journal: Journal<DoorSighting>;
let inbox: SightingInbox;
let booked: string[];
let refused: string[];
let told: string[];
/** What the database says to each sighting at the moment; undefined: it takes it. */
let answer: (id: string) => Error | undefined;
let writable: boolean;

async function open(options: Partial<SightingInboxOptions> = {}): Promise<SightingInbox> {
  journal = await Journal.open<DoorSighting>({ file: path.join(folder, 'sightings.journal'), key, log });
  inbox = new SightingInbox({
    journal,
    log,
    limits: { grace: 20, retry: { first: 5, cap: 20 } },
    writable: async () => writable,
    deliver: async ({ id }) => {
      const error = answer(id);
      if (error) throw error;
      booked.push(id);
    },
    refuse: async ({ id }) => void refused.push(id),
    onWaits: ({ id }, safe) => told.push(`${id} ${safe ? 'saved' : 'unsaved'}`),
    ...options,
  });
  return inbox;
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'muster-inbox-'));
  [booked, refused, told] = [[], [], []];
  answer = () => undefined;
  writable = true;
  await open();
});
afterEach(async () => {
  await inbox.close();
  await rm(folder, { recursive: true, force: true });
});

/** Resolves when the sighting is safe. */
const added = (one: Sighting, at = door) => new Promise<void>((resolve) => inbox.add(one, at, resolve));
const away = () => {
  writable = false;
  answer = () => fault('57P01');
};
const back = () => {
  writable = true;
  answer = () => undefined;
};

const ann = (id: string, at: number) => sighting(id, { personId: 'ann', at });

describe('SightingInbox', () => {
  it('a healthy database gets sightings in order, and nothing is written to the journal or told to the station', async () => {
    await Promise.all(['a', 'b', 'c'].map((id) => added(sighting(id))));
    expect(booked).toEqual(['a', 'b', 'c']);
    expect([told, await readdir(folder), inbox.isSafe('b')]).toEqual([[], [], true]);
  });

  it('a sighting is safe only once it is booked or in the journal', async () => {
    const slow = Promise.withResolvers<void>();
    await inbox.close();
    await open({ deliver: () => slow.promise });
    const safe = added(sighting('a'));
    expect(inbox.isSafe('a')).toBe(false);
    await safe;
    expect([told, inbox.isSafe('a'), inbox.status.waiting]).toEqual([['a saved'], true, 1]);
    slow.resolve();
    await expect.poll(() => inbox.status.waiting).toBe(0);
    await expect.poll(() => readdir(folder)).toEqual([]);
  });

  it('sightings that come while the database is away are kept over a restart and booked later, once, in order', async () => {
    away();
    for (const id of ['a', 'b', 'c']) await added(sighting(id));
    expect(told).toEqual(['a saved', 'b saved', 'c saved']);
    // The process dies: nothing is closed.
    const dead = inbox;
    back();
    await open();
    await expect.poll(() => booked).toEqual(['a', 'b', 'c']);
    await expect.poll(() => readdir(folder)).toEqual([]);
    answer = () => fault('57P01');
    await dead.close();
  });

  it.each([
    '25006',
    '53100',
    '53300',
    '55000',
    '57014',
    '57P01',
    '58030',
    '08006',
    '40001',
    'XX000',
    '42P01',
  ])('the fault %s of the database never costs a sighting, however often it comes', async (code) => {
    let times = 0;
    answer = () => (++times <= 8 ? fault(code) : undefined);
    await added(sighting('a'));
    await expect.poll(() => booked).toEqual(['a']);
    expect([times, refused]).toEqual([9, []]);
  });

  it.each(['22003', '22P02', '23502', '23503', '23514'])(
    'a row that a healthy database refuses with %s goes to the list, and those after it are booked',
    async (code) => {
      answer = (id) => (id === 'a' ? fault(code) : undefined);
      await Promise.all([added(sighting('a')), added(sighting('b'))]);
      expect([refused, booked]).toEqual([['a'], ['b']]);
      expect(inbox.status).toMatchObject({ waiting: 0, unsaved: 0 });
    },
  );

  it('a row is not refused while the database takes no changes, and waits where the list takes it neither', async () => {
    writable = false;
    answer = () => fault('23503');
    await added(sighting('a'));
    expect([refused, told]).toEqual([[], ['a saved']]);
    await inbox.close();
    writable = true;
    let times = 0;
    await open({
      refuse: async ({ id }) => {
        if (++times < 3) throw fault('53100');
        refused.push(id);
      },
    });
    await expect.poll(() => refused).toEqual(['a']);
  });

  it('a sighting that fails by itself holds back the later ones of the same person only', async () => {
    let broken = true;
    answer = (id) => (broken && id === 'a1' ? new TypeError('a mistake') : undefined);
    const person = { personId: 'a' };
    await added(sighting('a1', person));
    await added(sighting('a2', { ...person, at: 2_000_000 }));
    await added(sighting('b'));
    await expect.poll(() => booked).toEqual(['b']);
    broken = false;
    await expect.poll(() => booked).toEqual(['b', 'a1', 'a2']);
  });

  it('a person seen again within the gap at a door that waits is told so, and takes no place', async () => {
    away();
    await added(ann('first', 0));
    await added(ann('again', 59_999));
    await added(ann('later', 60_000));
    await added(ann('elsewhere', 1_000), { ...door, id: 'back door' });
    expect(told).toEqual(['first saved', 'again saved', 'later saved', 'elsewhere saved']);
    expect([inbox.status.waiting, inbox.isSafe('again')]).toEqual([3, true]);
    back();
    await expect.poll(() => booked).toEqual(['first', 'later', 'elsewhere']);
  });

  it('a person seen again while nothing can be kept is not told that it waits once it is booked', async () => {
    await inbox.close();
    away();
    await open();
    // Whatever it is: the journal cannot be written.
    await mkdir(path.join(folder, 'sightings.journal'));
    const first = added(ann('first', 0));
    await expect.poll(() => told).toEqual(['first unsaved']);
    const again = added(ann('again', 1_000));
    back();
    await Promise.all([first, again]);
    expect([booked, told, inbox.isSafe('again')]).toEqual([
      ['first'],
      ['first unsaved', 'again unsaved'],
      true,
    ]);
  });

  it('a station that has its result is not told that it waits, however long the rest takes', async () => {
    const picture = Promise.withResolvers<void>();
    await inbox.close();
    await open({
      deliver: (_entry, _crop, onBooked) => {
        onBooked();
        return picture.promise;
      },
    });
    const first = added(ann('first', 0));
    // The grace is over, and it is in the journal.
    await first;
    const again = added(ann('again', 1_000));
    picture.resolve();
    await again;
    await expect.poll(() => inbox.status.waiting).toBe(0);
    expect(told).toEqual([]);
  });

  it('beyond the limit the new sightings stay with the analyzer, and the first ones stay here', async () => {
    await inbox.close();
    away();
    await open({ limits: { grace: 5, retry: { first: 5, cap: 20 }, waiting: 2 } });
    await Promise.all([added(sighting('a')), added(sighting('b'))]);
    let safe = false;
    inbox.add(sighting('c'), door, () => (safe = true));
    expect(told).toEqual(['a saved', 'b saved', 'c unsaved']);
    back();
    await expect.poll(() => booked).toEqual(['a', 'b']);
    expect([safe, inbox.isSafe('c')]).toEqual([false, false]);
    // The analyzer reports it again.
    await added(sighting('c'));
    expect(booked).toEqual(['a', 'b', 'c']);
  });

  it('at most 20,000 sightings wait, and at most 2,000 of them in memory only', async () => {
    await inbox.close();
    away();
    // Longer than this test: until then only the memory has them.
    await open({ limits: { grace: 600_000 } });
    for (let i = 0; i < INBOX_LIMITS.unsaved; i += 1) inbox.add(sighting(`unsaved ${i}`), door);
    expect(told).toEqual([]);
    inbox.add(sighting('too many in memory'), door);
    expect(told).toEqual(['too many in memory unsaved']);
    await inbox.close();
    expect(INBOX_LIMITS.unsaved).toBe(2_000);

    await open();
    expect(inbox.status.waiting).toBe(2_000);
    for (let i = 2_000; i < INBOX_LIMITS.waiting; i += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, n) => added(sighting(`saved ${i + n}`))));
    }
    expect(inbox.status.waiting).toBe(20_000);
    inbox.add(sighting('too many'), door);
    expect(told.at(-1)).toBe('too many unsaved');
    expect(inbox.status.waiting).toBe(20_000);
  });

  it('at most 200 pictures are kept with waiting sightings, and later ones are booked without', async () => {
    await inbox.close();
    const pictures: boolean[] = [];
    await open({
      deliver: async ({ id }, crop) => {
        const error = answer(id);
        if (error) throw error;
        pictures.push(crop !== undefined);
      },
    });
    away();
    const all = Array.from({ length: 205 }, (_, i) => added(sighting(`${i}`, { crop: new Uint8Array(9) })));
    await Promise.all(all);
    back();
    await expect.poll(() => pictures.length).toBe(205);
    expect(pictures.filter(Boolean)).toHaveLength(INBOX_LIMITS.crops);
    expect(INBOX_LIMITS.crops).toBe(200);
  });

  it('at most 2,000 explanations are kept with waiting sightings, and later ones are booked without', async () => {
    await inbox.close();
    const explained: boolean[] = [];
    await open({
      deliver: async ({ id, sighting: { why } }) => {
        const error = answer(id);
        if (error) throw error;
        explained.push(why !== undefined);
      },
      limits: { unsaved: 3_000 },
    });
    away();
    const why = { span: 1 } as DecisionSummary;
    const all = Array.from({ length: 2_005 }, (_, i) => added(sighting(`${i}`, { why })));
    await Promise.all(all);
    back();
    await expect.poll(() => explained.length).toBe(2_005);
    expect(explained.filter(Boolean)).toHaveLength(INBOX_LIMITS.explanations);
    expect(INBOX_LIMITS.explanations).toBe(2_000);
    // There is room again.
    await added(sighting('later', { why }));
    expect(explained.at(-1)).toBe(true);
  });

  it('a sighting that the analyzer reports again is confirmed again, and booked once', async () => {
    await added(sighting('a'));
    await added(sighting('a'));
    expect(booked).toEqual(['a']);
  });

  it('closing puts what waits into the journal, without waiting for a database that does not answer', async () => {
    await inbox.close();
    await open({
      deliver: () => new Promise(() => {}),
      limits: { grace: 60_000, close: 20 },
    });
    inbox.add(sighting('a'), door);
    await inbox.close();
    expect(
      (await Journal.open<DoorSighting>({ file: path.join(folder, 'sightings.journal'), key, log })).waiting,
    ).toEqual([expect.objectContaining({ id: 'a', door })]);
  });

  it('the picture of a face is never written to the journal', async () => {
    away();
    await added(sighting('a', { crop: new Uint8Array(38_000) }));
    expect(journal.waiting[0]!.sighting).not.toHaveProperty('crop');
  });
});
