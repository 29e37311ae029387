import { type Logger, pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { GalleryEntry } from '../protocol/analyzer.ts';
import { openEvidence } from '../recognition/evidence.ts';
import { evidencePolicy } from '../recognition/policy.ts';
import { thresholds } from '../recognition/thresholds.test-support.ts';
import type { CameraTracks, Evidence } from '../recognition/types.ts';
import { AnalyzerGallery } from './analyzer-gallery.ts';

const contract = 'test@1/3';
const pack = { contract, embeddingLength: 3, thresholds };
/** Of two numbers, and of lower similarities. */
const former = {
  contract: 'left@1/2',
  embeddingLength: 2,
  thresholds: { '1e-3': 0.1, '1e-4': 0.2, '1e-5': 0.3 },
};
const policy = evidencePolicy(thresholds, '1e-4');
const [x, y, z] = [Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0), Float32Array.of(0, 0, 1)] as const;

let gallery: AnalyzerGallery;
let log: Logger;
let logged: { msg: string; person?: string }[];

beforeEach(() => {
  logged = [];
  const write = (line: string) => logged.push(JSON.parse(line) as (typeof logged)[number]);
  log = pino({}, { write });
  gallery = new AnalyzerGallery({ pack, former: null, policy, log });
});

const add = (...entries: GalleryEntry[]) => gallery.follow({ type: 'gallery.add', entries });
const person = (personId: string, ...embeddings: Float32Array[]) => ({ personId, contract, embeddings });
const found = (...embeddings: Float32Array[]) =>
  gallery
    .search(contract, embeddings, 9)
    .map(({ personId, similarity }) => [personId, Math.round(similarity * 100)]);

function inView(evidence: Partial<Evidence>): CameraTracks {
  const face = { x: 0, y: 0, width: 1, height: 1, score: 1, landmarks: new Float32Array(10) };
  const track = {
    id: 1,
    face,
    velocity: { x: 0, y: 0, scale: 0 },
    firstSeen: 0,
    lastSeen: 0,
    at: 0,
    hits: 3,
    motion: [],
  };
  return { nextId: 2, tracks: [{ ...track, evidence: { ...openEvidence(), ...evidence } }] };
}

describe('AnalyzerGallery', () => {
  it('finds who was added, by the mean direction of what is asked, best first', () => {
    add(person('ann', x), person('bob', y));
    add(person('cid', z));
    expect(gallery.size).toEqual({ people: 3, templates: 3 });
    expect(found(x, x, y)).toEqual([
      ['ann', 89],
      ['bob', 45],
      ['cid', 0],
    ]);
    expect(found()).toHaveLength(3);
  });

  it('holds of a person what was added last, and nobody who was removed or cleared', () => {
    add(person('ann', x), person('bob', y));
    add(person('ann', z));
    expect(found(z)[0]).toEqual(['ann', 100]);
    gallery.follow({ type: 'gallery.remove', personId: 'ann' });
    expect(found(z)).toEqual([['bob', 0]]);
    gallery.follow({ type: 'gallery.clear', templates: {} });
    expect(found(z)).toEqual([]);
    add(person('cid', z));
    expect(found(z)).toEqual([['cid', 100]]);
  });

  it('refuses a faulty entry and keeps the others', () => {
    add(
      person('ann', x),
      person('long', Float32Array.of(1, 0, 0, 0)),
      person('null', new Float32Array(3)),
      person('bob', y),
    );
    expect(found(x).map(([id]) => id)).toEqual(['ann', 'bob']);
    expect(logged.map((line) => line.person)).toEqual(['long', 'null']);
  });

  it('refuses templates of another contract, and nobody in view is concerned', () => {
    expect(add({ ...person('ann', x), contract: 'other@1/3' })).toBeNull();
    expect(gallery.size.people).toBe(0);
    expect(logged).toMatchObject([{ msg: expect.stringContaining('contract') as string }]);
  });

  it('asks more of a match the more people there are', () => {
    expect(gallery.policy.threshold).toBe(policy.threshold);
    add(...Array.from({ length: 300 }, (_, i) => person(`p${i}`, x)));
    const grown = gallery.policy.threshold;
    expect(grown).toBeGreaterThan(policy.threshold);
    gallery.follow({ type: 'gallery.remove', personId: 'p0' });
    expect(gallery.policy.threshold).toBeLessThan(grown);
    gallery.follow({ type: 'gallery.clear', templates: {} });
    expect(gallery.policy.threshold).toBe(policy.threshold);
  });

  it('gives new shared memory where it outgrows the old, once for a gallery that was announced', () => {
    let shares = 0;
    gallery.onShared = () => (shares += 1);
    gallery.follow({ type: 'gallery.clear', templates: { [contract]: 9_000 } });
    expect(shares).toBe(1);
    for (let i = 0; i < 9_000; i += 200) {
      add(...Array.from({ length: 200 }, (_, n) => person(`p${i + n}`, n === 0 ? y : x)));
    }
    expect(shares).toBe(1);
    expect(gallery.size.templates).toBe(9_000);
    expect(found(y)[0]![1]).toBe(100);
  });

  it('looks at strangers again when somebody is added, and takes the name of who is removed', () => {
    const stranger = add(person('ann', x))!(inView({ state: 'unknown' }));
    expect(stranger.tracks[0]!.evidence.state).toBe('looking');
    const named = inView({ state: 'recognized', personId: 'ann' });
    const nobody = gallery.follow({ type: 'gallery.remove', personId: 'ann' })!(named);
    expect(nobody.tracks[0]!.evidence.personId).toBeNull();
  });
});

const [east, north] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
const known = (personId: string, ...embeddings: Float32Array[]) => ({
  personId,
  contract: former.contract,
  embeddings,
});

describe('AnalyzerGallery while a model pack is being left', () => {
  beforeEach(() => {
    gallery = new AnalyzerGallery({ pack, former, policy, log });
  });

  it('finds each among those of the same contract, and says how alike on the scale of the pack in use', () => {
    add(person('ann', x), known('bob', east));
    expect(found(x)).toEqual([['ann', 100]]);
    const alike = Float32Array.of(0.2, Math.sqrt(1 - 0.04));
    const [bob] = gallery.search(former.contract, [alike], 9);
    expect(bob!.personId).toBe('bob');
    expect(bob!.similarity).toBeCloseTo(thresholds['1e-4']);
    expect(gallery.search('third@1/2', [alike], 9)).toEqual([]);
  });

  it('moves a person at once who is enrolled again, and says when nobody is left', () => {
    add(known('ann', east), known('bob', north), person('cid', y));
    expect(gallery.formerNeeded).toBe(true);
    add(person('ann', x));
    expect(found(x)[0]).toEqual(['ann', 100]);
    expect(gallery.search(former.contract, [east], 9).map(({ personId }) => personId)).toEqual(['bob']);
    expect(gallery.size).toEqual({ people: 3, templates: 3 });
    expect(logged).toEqual([]);
    add(person('bob', z));
    expect(gallery.formerNeeded).toBe(false);
    expect(logged).toMatchObject([
      { msg: expect.stringContaining('nobody needs the former pack') as string },
    ]);
    // And back, as when a backup of before is restored.
    add(known('bob', north));
    expect(gallery.formerNeeded).toBe(true);
    expect(found(z).map(([id]) => id)).not.toContain('bob');
  });

  it('removes and clears in both', () => {
    add(known('ann', east), person('bob', y));
    gallery.follow({ type: 'gallery.remove', personId: 'ann' });
    expect(gallery.size.people).toBe(1);
    add(known('ann', east));
    gallery.follow({ type: 'gallery.clear', templates: {} });
    expect(gallery.size.people).toBe(0);
    expect(gallery.formerNeeded).toBe(false);
  });

  it('asks as much of a match as all people together call for', () => {
    const few = () => gallery.follow({ type: 'gallery.clear', templates: {} });
    add(...Array.from({ length: 300 }, (_, i) => person(`p${i}`, x)));
    const alone = gallery.policy.threshold;
    few();
    add(
      ...Array.from({ length: 150 }, (_, i) => person(`p${i}`, x)),
      ...Array.from({ length: 150 }, (_, i) => known(`q${i}`, east)),
    );
    expect(gallery.policy.threshold).toBe(alone);
  });

  it('shares the memory of both, and anew where either outgrows its own', () => {
    const before = gallery.shares;
    let shares = 0;
    gallery.onShared = () => (shares += 1);
    gallery.follow({ type: 'gallery.clear', templates: { [former.contract]: 5_000 } });
    expect(shares).toBe(1);
    expect(gallery.shares.current).toBe(before.current);
    expect(gallery.shares.former!.capacity).toBeGreaterThan(before.former!.capacity);
  });
});
