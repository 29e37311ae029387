import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Match } from '../protocol/analyzer.ts';
import { galleryBytes, MAX_ID_BYTES } from './gallery-memory.ts';
import { GalleryReader, SharedGallery, type GalleryShare } from './gallery.ts';

/** Deterministic noise in −1..1. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function direction(length: number, next: () => number): Float32Array {
  const v = Float32Array.from({ length }, next);
  const norm = Math.hypot(...v);
  return v.map((x) => x / norm);
}

/** The same gallery searched in two stages, and completely. */
function readers(gallery: SharedGallery) {
  return {
    staged: new GalleryReader(gallery.share(), 0),
    exact: new GalleryReader(gallery.share(), Infinity),
  };
}

/** The search by its definition, in double precision. */
function naive(entries: Map<string, Float32Array[]>, query: Float32Array, limit: number): Match[] {
  const dot = (a: Float32Array) => a.reduce((sum, v, i) => sum + v * query[i]!, 0);
  return [...entries]
    .map(([personId, rows]) => ({ personId, similarity: Math.max(...rows.map(dot)) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit);
}

function best(reader: GalleryReader, query: Float32Array): Match | undefined {
  return reader.search([query], 1)[0]![0];
}

describe('GalleryReader.search', () => {
  it.each([
    { people: 1, rows: 1, length: 512, queries: 1 },
    { people: 300, rows: 3, length: 512, queries: 1 },
    { people: 1_500, rows: 2, length: 128, queries: 7 },
    { people: 40, rows: 10, length: 100, queries: 4 },
    { people: 700, rows: 3, length: 256, queries: 2 },
  ])('GalleryReader.search is exact: %o', ({ people, rows, length, queries }) => {
    const next = noise(people);
    const entries = new Map<string, Float32Array[]>();
    for (let p = 0; p < people; p++) {
      entries.set(
        `person-${p}`,
        Array.from({ length: 1 + (p % rows) }, () => direction(length, next)),
      );
    }
    const gallery = SharedGallery.create({ length, capacity: people * rows });
    for (const [personId, embeddings] of entries) gallery.upsert({ personId, embeddings });
    const asked = Array.from({ length: queries }, () => direction(length, next));
    const found = new GalleryReader(gallery.share()).search(asked, 5);
    expect(found).toHaveLength(queries);
    for (const [q, matches] of found.entries()) {
      const truth = naive(entries, asked[q]!, 5);
      expect(matches.map((m) => m.personId)).toEqual(truth.map((m) => m.personId));
      for (const [i, match] of matches.entries())
        expect(match.similarity).toBeCloseTo(truth[i]!.similarity, 5);
    }
  });

  it('GalleryReader.search finds no person in an empty gallery, and returns an empty list for no embeddings', () => {
    const gallery = SharedGallery.create({ length: 512, capacity: 10 });
    const reader = new GalleryReader(gallery.share());
    expect(reader.search([direction(512, noise(1))], 2)).toEqual([[]]);
    expect(reader.search([], 2)).toEqual([]);
  });

  it('GalleryReader.search returns each person once, with the best template', () => {
    const next = noise(7);
    const [a, b] = [direction(512, next), direction(512, next)];
    const gallery = SharedGallery.create({ length: 512, capacity: 10 });
    gallery.upsert({ personId: 'ann', embeddings: [b, a, b] });
    const [matches] = new GalleryReader(gallery.share()).search([a], 2);
    expect(matches).toEqual([{ personId: 'ann', similarity: expect.closeTo(1, 5) as number }]);
  });

  it('GalleryReader.search throws for embeddings of another length', () => {
    const reader = new GalleryReader(SharedGallery.create({ length: 512, capacity: 1 }).share());
    expect(() => reader.search([new Float32Array(128)], 1)).toThrow(RangeError);
  });
});

describe('GalleryReader.search in a large gallery', () => {
  const length = 256;
  const next = noise(42);
  /** Somebody's template: their own direction, and as much of another as photographs of one person differ. */
  const template = (person: Float32Array) => {
    const stray = direction(length, next);
    const v = person.map((x, i) => x + 0.7 * stray[i]!);
    const norm = Math.hypot(...v);
    return v.map((x) => x / norm);
  };
  const people = Array.from({ length: 4_000 }, () => direction(length, next));
  const entries = new Map(
    people.map((person, p) => [`p${p}`, Array.from({ length: 1 + (p % 4) }, () => template(person))]),
  );
  const filled = () => {
    const gallery = SharedGallery.create({ length, capacity: 1 });
    for (const [personId, embeddings] of entries) gallery.upsert({ personId, embeddings });
    return gallery;
  };
  const gallery = filled();

  it.each([1, 2, 4, 7])('known people are found like in the complete search, %i faces at once', (faces) => {
    const { staged, exact } = readers(gallery);
    for (let p = 0; p + faces <= 280; p += faces) {
      const probes = Array.from({ length: faces }, (_, i) => template(people[(p + i) * 13]!));
      const [found, truth] = [staged.search(probes, 3), exact.search(probes, 3)];
      expect(found).toHaveLength(faces);
      for (const [f, matches] of found.entries()) {
        expect(matches[0]!.personId).toBe(truth[f]![0]!.personId);
        expect(matches[0]!.similarity).toBeCloseTo(truth[f]![0]!.similarity, 5);
        expect(matches).toHaveLength(3);
      }
    }
  });

  it('similarities are exact, those of the next people too', () => {
    const probe = template(people[5]!);
    for (const { personId, similarity } of readers(gallery).staged.search([probe], 16)[0]!) {
      const own = Math.max(
        ...entries.get(personId)!.map((row) => row.reduce((s, v, i) => s + v * probe[i]!, 0)),
      );
      expect(similarity).toBeCloseTo(own, 5);
    }
  });

  it('a person who is removed is not found again, and one who is enrolled anew is found by the new face only', () => {
    const changing = filled();
    const { staged } = readers(changing);
    for (let p = 0; p < 3_900; p++) changing.remove(`p${p}`);
    expect(
      staged.search([people[10]!], 16)[0]!.every(({ personId }) => Number(personId.slice(1)) >= 3_900),
    ).toBe(true);
    const [before, after] = [direction(length, next), direction(length, next)];
    changing.upsert({ personId: 'new', embeddings: [before, before] });
    expect(best(staged, before)).toEqual({ personId: 'new', similarity: expect.closeTo(1, 5) as number });
    changing.upsert({ personId: 'new', embeddings: [after] });
    expect(best(staged, before)!.similarity).toBeLessThan(0.9);
    expect(best(staged, after)).toEqual({ personId: 'new', similarity: expect.closeTo(1, 5) as number });
  });

  it('people are found after the gallery has grown, and removed faces leave nothing in its memory', () => {
    const growing = SharedGallery.create({ length, capacity: 1 });
    growing.upsert({ personId: 'first', embeddings: [people[0]!] });
    for (let p = 1; p < 2_000; p++) growing.upsert({ personId: `p${p}`, embeddings: [people[p]!] });
    expect(best(readers(growing).staged, people[0]!)?.personId).toBe('first');
    expect(best(readers(growing).staged, people[1_999]!)?.personId).toBe('p1999');
    growing.clear();
    expect(readers(growing).staged.search([people[0]!], 3)).toEqual([[]]);
    const { rows, sketches, capacity } = growing.share();
    expect(new Float32Array(rows.buffer).every((v) => v === 0)).toBe(true);
    const used = new Uint8Array(sketches.buffer, 0, capacity * length);
    expect(used.every((code) => code === 64 || code === 0)).toBe(true);
  });

  it('a gallery of few templates is searched completely', () => {
    // One template of a person is unlike the others: their sketch is last, and only the complete search finds them.
    const small = SharedGallery.create({ length, capacity: 1 });
    for (const [personId, embeddings] of entries) small.upsert({ personId, embeddings });
    for (let more = 0; more < 200; more++) {
      small.upsert({ personId: `more-${more}`, embeddings: [direction(length, next)] });
    }
    const [a, rest] = [direction(length, next), direction(length, next)];
    const away = rest.map((v, i) => v - 2 * a[i]!);
    const norm = Math.hypot(...away);
    const others = Array.from({ length: 5 }, () => away.map((v) => v / norm));
    small.upsert({ personId: 'odd', embeddings: [a, ...others] });
    expect(best(readers(small).staged, a)?.personId).not.toBe('odd');
    expect(best(new GalleryReader(small.share()), a)?.personId).toBe('odd');
  });

  it('the memory that is told beforehand is what half a million templates take', () => {
    const told = galleryBytes(512, 500_000, 50_000, 2);
    expect(told / 2 ** 20).toBeGreaterThan((500_000 * 2_048 + 50_000 * 512) / 2 ** 20);
    expect(told / 2 ** 20).toBeLessThan(1_100);
  });
});

describe('SharedGallery', () => {
  const next = noise(3);
  const [a, b, c] = [direction(64, next), direction(64, next), direction(64, next)];

  it('SharedGallery shows a change to a reader that exists already', () => {
    const gallery = SharedGallery.create({ length: 64, capacity: 8 });
    const reader = new GalleryReader(gallery.share());
    gallery.upsert({ personId: 'ann', embeddings: [a] });
    expect(best(reader, a)).toEqual({ personId: 'ann', similarity: expect.closeTo(1, 5) as number });
    gallery.upsert({ personId: 'ann', embeddings: [b] });
    expect(best(reader, a)!.similarity).toBeLessThan(0.9);
    expect(best(reader, b)!.similarity).toBeCloseTo(1, 5);
    gallery.remove('ann');
    expect(reader.search([b], 1)).toEqual([[]]);
  });

  it('SharedGallery clears all people and reuses the rows of removed people', () => {
    const gallery = SharedGallery.create({ length: 64, capacity: 8 });
    const first = gallery.share();
    for (let round = 0; round < 5_000; round++) {
      gallery.clear();
      gallery.upsert({ personId: `p${round}`, embeddings: [a, b, c] });
    }
    expect(gallery.share()).toBe(first);
    expect([gallery.people, gallery.templates]).toEqual([1, 3]);
    expect(new GalleryReader(first).search([a], 9)[0]!.map((m) => m.personId)).toEqual(['p4999']);
  });

  it('SharedGallery overwrites removed embeddings with zeros', () => {
    const gallery = SharedGallery.create({ length: 64, capacity: 8 });
    gallery.upsert({ personId: 'ann', embeddings: [a] });
    gallery.remove('ann');
    expect(new Float32Array(gallery.share().rows.buffer).every((v) => v === 0)).toBe(true);
  });

  it('SharedGallery grows to a new share and keeps all people', () => {
    const gallery = SharedGallery.create({ length: 64, capacity: 1 });
    const shares: GalleryShare[] = [];
    gallery.onShared = (share) => shares.push(share);
    const entries = Array.from({ length: 3_000 }, (_, i) => ({
      personId: `p${i}`,
      embeddings: [direction(64, next)],
    }));
    for (const entry of entries) gallery.upsert(entry);
    expect(shares.length).toBeGreaterThan(0);
    expect(shares.at(-1)).toBe(gallery.share());
    const reader = new GalleryReader(gallery.share());
    for (const { personId, embeddings } of [entries[0]!, entries[1_500]!, entries[2_999]!]) {
      expect(best(reader, embeddings[0]!)).toEqual({
        personId,
        similarity: expect.closeTo(1, 5) as number,
      });
    }
  });

  it('SharedGallery makes room at once for an announced number of templates', () => {
    const gallery = SharedGallery.create({ length: 64, capacity: 1 });
    const shares: GalleryShare[] = [];
    gallery.onShared = (share) => shares.push(share);
    gallery.clear(3_000);
    for (let i = 0; i < 3_000; i++) gallery.upsert({ personId: `p${i}`, embeddings: [a] });
    expect(shares).toHaveLength(1);
    expect(gallery.templates).toBe(3_000);
  });

  it.each([
    ['an embedding of another length', /numbers/, { personId: 'x', embeddings: [new Float32Array(3)] }],
    ['an embedding without a direction', /normalized/, { personId: 'x', embeddings: [new Float32Array(64)] }],
    [
      'an embedding of NaN',
      /normalized/,
      { personId: 'x', embeddings: [new Float32Array(64).fill(Number.NaN)] },
    ],
    ['an id that is too long', /bytes/, { personId: 'x'.repeat(MAX_ID_BYTES + 1), embeddings: [a] }],
    ['an empty id', /bytes/, { personId: '', embeddings: [a] }],
  ])('SharedGallery refuses %s and changes nothing', (_, reason, entry) => {
    const gallery = SharedGallery.create({ length: 64, capacity: 8 });
    gallery.upsert({ personId: 'ann', embeddings: [a] });
    expect(() => gallery.upsert(entry)).toThrow(reason);
    expect([gallery.people, gallery.templates]).toEqual([1, 1]);
  });
});

describe('GalleryReader next to a busy writer', () => {
  // Three directions whose similarities to the queries are known. A torn row, or a row read under another
  // person's name, would give a similarity that no complete row of that person has.
  const length = 512;
  const even = new Float32Array(length).fill(1 / Math.sqrt(length));
  const odd = even.map((v, i) => (i < length / 2 ? v : -v));
  const mix = (a: number, b: number) => even.map((v, i) => a * v + b * odd[i]!);
  const rows = { always: even, plus: mix(0.5, Math.sqrt(0.75)), minus: mix(0.5, -Math.sqrt(0.75)) };
  const program = `
    const { parentPort, workerData: { module, share, exactRows, queries, limit, truth } } = require('node:worker_threads');
    import(module).then(({ GalleryReader }) => {
      let reader = new GalleryReader(share, exactRows);
      let stop = false;
      const report = { searches: 0, wrong: [], missing: 0 };
      parentPort.on('message', (m) => { if (m === 'stop') stop = true; else reader = new GalleryReader(m, exactRows); });
      parentPort.postMessage('ready');
      (function turn() {
        for (let n = 0; n < 50; n++) {
          const found = reader.search(queries, limit);
          report.searches++;
          if (!found[0].some((m) => m.personId === 'always')) report.missing++;
          found.forEach((matches, q) => {
            for (const m of matches) {
              const expected = truth[m.personId.split('-')[0]][q];
              if (!(Math.abs(m.similarity - expected) < 1e-3)) report.wrong.push({ q, ...m });
            }
          });
        }
        if (stop || report.wrong.length > 0) { parentPort.postMessage(report); parentPort.close(); }
        else setImmediate(turn);
      })();
    });`;

  it.each([
    // Every row and slot is reassigned all the time, and all of them are searched.
    { people: 6, limit: 100, rounds: 60_000, what: 'half a row, or a row under another id' },
    // In two stages: few people, so that many searches fall between two changes.
    { people: 3, limit: 9, rounds: 60_000, exactRows: 0, what: 'a stale row in two stages' },
    // Several blocks of the kernel, with free rows everywhere.
    { people: 5_000, limit: 2, rounds: 60_000, what: 'no result for a person who is being replaced' },
  ])(
    'GalleryReader next to a busy writer never returns $what',
    async ({ people, limit, rounds, exactRows = Infinity }) => {
      const next = noise(11);
      const gallery = SharedGallery.create({ length, capacity: 2 * people });
      const present: string[] = [];
      let id = 0;
      const come = () => {
        const kind = next() > 0 ? 'plus' : 'minus';
        const personId = `${kind}-${id++}`;
        gallery.upsert({ personId, embeddings: [rows[kind]] });
        present.push(personId);
      };
      const leave = () => {
        const i = Math.floor(Math.abs(next()) * 0.999 * present.length);
        gallery.remove(present[i]!);
        present[i] = present.at(-1)!;
        present.pop();
      };
      gallery.upsert({ personId: 'always', embeddings: [rows.always] });
      while (present.length < people) come();
      const queries = [even, odd, odd.map((v) => -v)];
      const truth = Object.fromEntries(
        Object.entries(rows).map(([kind, row]) => [
          kind,
          queries.map((query) => query.reduce((sum, v, i) => sum + v * row[i]!, 0)),
        ]),
      );
      const module = new URL('gallery.ts', import.meta.url).href;
      const workerData = { share: gallery.share(), exactRows, module, queries, limit, truth };
      const workers = [1, 2].map(() => new Worker(program, { eval: true, workerData }));
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      gallery.onShared = (share) => workers.forEach((worker) => worker.postMessage(share));

      for (let round = 0; round < rounds; round++) {
        gallery.upsert({ personId: 'always', embeddings: [rows.always] });
        if (present.length > people || (present.length > people / 2 && next() > 0)) leave();
        else come();
      }
      const reports = workers.map(async (worker) => {
        const [report] = (await once(worker, 'message')) as [
          { searches: number; wrong: Match[]; missing: number },
        ];
        return report;
      });
      workers.forEach((worker) => worker.postMessage('stop'));
      for (const report of await Promise.all(reports)) {
        expect(report.wrong).toEqual([]);
        expect(report.missing).toBe(0);
        expect(report.searches).toBeGreaterThan(20);
      }
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  );
});
