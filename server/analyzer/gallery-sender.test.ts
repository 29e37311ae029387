import { describe, expect, it } from 'vitest';
import type { GalleryCommand, GalleryEntry } from '../protocol/analyzer.ts';
import { batches, GallerySender } from './gallery-sender.ts';

const entry = (personId: string, value = 1): GalleryEntry => ({
  personId,
  contract: 'test@1/1',
  embeddings: [Float32Array.of(value)],
});
const photographed = (personId: string, templates: number): GalleryEntry => ({
  ...entry(personId),
  embeddings: Array.from({ length: templates }, () => new Float32Array(512)),
});
const staff = (n: number) => Array.from({ length: n }, (_, i) => entry(`p${i}`));

/** The gallery of an analyzer that followed these commands: one number per person. */
function followed(commands: readonly GalleryCommand[]): Map<string, number> {
  const held = new Map<string, number>([['somebody of before', 1]]);
  for (const command of commands) {
    if (command.type === 'gallery.clear') held.clear();
    else if (command.type === 'gallery.remove') held.delete(command.personId);
    else for (const { personId, embeddings } of command.entries) held.set(personId, embeddings[0]![0]!);
  }
  return held;
}

function setUp(load: () => Promise<GalleryEntry[]>, onSent?: (command: GalleryCommand, n: number) => void) {
  const sent: GalleryCommand[] = [];
  const sender = new GallerySender({
    load,
    send: (command) => {
      sent.push(command);
      onSent?.(command, sent.length);
    },
  });
  return { sender, sent };
}

describe('GallerySender', () => {
  it.each([0, 1, 200, 201, 1_000])(
    'the gallery sender replaces the whole gallery with %i people',
    async (n) => {
      const { sender, sent } = setUp(async () => staff(n));
      expect(await sender.sendAll()).toBe(true);
      expect(sent[0]).toEqual({ type: 'gallery.clear', templates: n > 0 ? { 'test@1/1': n } : {} });
      expect([...followed(sent).keys()]).toEqual(staff(n).map(({ personId }) => personId));
    },
  );

  it('the gallery sender sends messages of a bounded size, with a turn of the event loop after each', async () => {
    let turns = 0;
    let sending = true;
    const turn = () => {
      turns += 1;
      if (sending) setImmediate(turn);
    };
    const turnsBefore: number[] = [];
    const sizes: number[] = [];
    const { sender } = setUp(
      async () => staff(1_000),
      (command) => {
        if (command.type !== 'gallery.add') return;
        turnsBefore.push(turns);
        sizes.push(command.entries.length);
      },
    );
    setImmediate(turn);
    await sender.sendAll();
    sending = false;
    expect(turnsBefore).toHaveLength(5);
    for (let i = 1; i < 5; i += 1) expect(turnsBefore[i]).toBeGreaterThan(turnsBefore[i - 1]!);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
  });

  it('the gallery sender lets changes win that are made during the load or between two messages', async () => {
    const loading = Promise.withResolvers<GalleryEntry[]>();
    const { sender, sent } = setUp(
      () => loading.promise,
      (_, n) => {
        // After the first batch: a person already sent, a person still to be sent, and a new person.
        if (n !== 2) return;
        sender.remove('p0');
        sender.upsert(entry('p900', 3));
        sender.upsert(entry('new', 1));
        sender.upsert(entry('new', 2));
      },
    );
    const done = sender.sendAll();
    sender.upsert(entry('p1', 5));
    sender.remove('p950');
    loading.resolve(staff(1_000));
    expect(await done).toBe(true);
    const held = followed(sent);
    expect(held.size).toBe(999);
    expect(['p0', 'p1', 'p900', 'p950', 'new'].map((id) => held.get(id))).toEqual([
      undefined,
      5,
      3,
      undefined,
      2,
    ]);
  });

  it('the gallery sender sends a change at once after the whole gallery was sent', async () => {
    const { sender, sent } = setUp(async () => staff(2));
    await sender.sendAll();
    sender.remove('p0');
    expect([...followed(sent).keys()]).toEqual(['p1']);
  });

  it('the gallery sender stops in the middle of sending and returns false', async () => {
    const { sender, sent } = setUp(
      async () => staff(1_000),
      (_, n) => n === 3 && sender.stop(),
    );
    expect(await sender.sendAll()).toBe(false);
    expect(sent).toHaveLength(3);
  });

  it('the gallery sender ignores a load error after the analyzer is gone, and throws it otherwise', async () => {
    const { sender, sent } = setUp(() => Promise.reject(new Error('the database is away')));
    await expect(sender.sendAll()).rejects.toThrow('away');
    const stopped = sender.sendAll();
    sender.stop();
    expect(await stopped).toBe(false);
    sender.remove('p0');
    expect(sent).toEqual([{ type: 'gallery.remove', personId: 'p0' }]);
  });

  it('a message of the gallery holds at most half a megabyte of templates, and at least one person', () => {
    const everybody = [
      ...Array.from({ length: 60 }, (_, i) => photographed(`p${i}`, 10)),
      photographed('large', 300),
      photographed('last', 1),
    ];
    const sent = [...batches(everybody)];
    expect(sent.flat()).toEqual(everybody);
    const bytes = sent.map((batch) =>
      batch.reduce((sum, { embeddings }) => sum + embeddings.length * 2_048, 0),
    );
    expect(bytes.filter((size) => size > 512 * 1024)).toEqual([300 * 2_048]);
    expect(sent.map(({ length }) => length)).toEqual([25, 25, 10, 1, 1]);
  });
});
