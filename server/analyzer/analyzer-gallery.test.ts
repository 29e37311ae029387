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
/** A pack with two numbers per embedding and lower similarities. */
const former = {
  contract: 'left@1/2',
  embeddingLength: 2,
  thresholds: { '1e-3': 0.1, '1e-4': 0.2, '1e-5': 0.3 },
};
const policy = evidencePolicy(thresholds, '1e-4');
const [x, y, z] = [Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0), Float32Array.of(0, 0, 1)] as const;

let gallery: AnalyzerGallery;
let log: Logger;
let logged: { msg: string; personId?: string }[];

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
    .searchMean(contract, embeddings, 9)
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

const member = (personId: string) => ({ personId, similarity: 0.6, margin: 0.3 });

describe('AnalyzerGallery', () => {
  it('the gallery of an analyzer finds added people by the mean direction of the embeddings, best match first', () => {
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

  it('the gallery of an analyzer keeps only the last entry of a person, and nobody who was removed or cleared', () => {
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

  it('the gallery of an analyzer refuses a bad entry and keeps the other entries of the command', () => {
    add(
      person('ann', x),
      person('long', Float32Array.of(1, 0, 0, 0)),
      person('null', new Float32Array(3)),
      person('bob', y),
    );
    expect(found(x).map(([id]) => id)).toEqual(['ann', 'bob']);
    expect(logged.map((line) => line.personId)).toEqual(['long', 'null']);
  });

  it('the gallery of an analyzer refuses templates of another contract without changing the faces in view', () => {
    expect(add({ ...person('ann', x), contract: 'other@1/3' })).toBeNull();
    expect(gallery.size.people).toBe(0);
    expect(logged).toMatchObject([{ msg: expect.stringContaining('contract') as string }]);
  });

  it('raises the match threshold with the number of people', () => {
    expect(gallery.policy.threshold).toBe(policy.threshold);
    add(...Array.from({ length: 300 }, (_, i) => person(`p${i}`, x)));
    const grown = gallery.policy.threshold;
    expect(grown).toBeGreaterThan(policy.threshold);
    gallery.follow({ type: 'gallery.remove', personId: 'p0' });
    expect(gallery.policy.threshold).toBeLessThan(grown);
    gallery.follow({ type: 'gallery.clear', templates: {} });
    expect(gallery.policy.threshold).toBe(policy.threshold);
  });

  it('the gallery of an analyzer moves to new memory when it outgrows the old, only once if the size was announced', () => {
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

  it('people look alike where both entries say so, and no longer when one of them is changed or gone', () => {
    const shared: string[][] = [];
    gallery.onShared = ({ lookAlikes }) =>
      shared.push([...lookAlikes].flatMap(([id, others]) => [...others].map((other) => `${id} ${other}`)));
    const alike = (id: string, ...lookAlikes: string[]) => ({ ...person(id, x), lookAlikes });
    add(alike('ann', 'amy'), person('cid', y));
    expect(shared.at(-1)).toEqual([]);
    add(alike('amy', 'ann', 'cid'));
    expect(shared.at(-1)).toEqual(['ann amy', 'amy ann']);
    const { length } = shared;
    add(person('cid', z));
    expect(shared).toHaveLength(length);
    add(person('ann', y));
    expect(shared.at(-1)).toEqual([]);
    add(alike('ann', 'amy'));
    gallery.follow({ type: 'gallery.remove', personId: 'amy' });
    expect(shared.at(-1)).toEqual([]);
    add(alike('amy', 'ann'));
    gallery.follow({ type: 'gallery.clear', templates: {} });
    expect(shared.at(-1)).toEqual([]);
    expect(gallery.shares.lookAlikes.size).toBe(0);
  });

  it('compares strangers in view again when a person is added, and drops the name of a removed person', () => {
    const stranger = add(person('ann', x))!(inView({ state: 'unknown' }));
    expect(stranger.tracks[0]!.evidence.state).toBe('looking');
    const named = inView({ state: 'recognized', personId: 'ann' });
    const nobody = gallery.follow({ type: 'gallery.remove', personId: 'ann' })!(named);
    expect(nobody.tracks[0]!.evidence.personId).toBeNull();
  });

  it('a face that is one of two is looked at again when one of them is removed', () => {
    const pair = {
      people: [member('amy'), member('ann')] as const,
      frames: 3,
      liveness: openEvidence().liveness,
    };
    const left = gallery.follow({ type: 'gallery.remove', personId: 'amy' })!(
      inView({ state: 'one-of-two', pair }),
    );
    expect(left.tracks[0]!.evidence).toMatchObject({ state: 'looking', pair: null });
  });
});

const [east, north] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
const known = (personId: string, ...embeddings: Float32Array[]) => ({
  personId,
  contract: former.contract,
  embeddings,
});

describe('AnalyzerGallery while a model pack is being replaced', () => {
  beforeEach(() => {
    gallery = new AnalyzerGallery({ pack, former, policy, log });
  });

  it('searches only people of the same contract and converts similarities to the scale of the pack in use', () => {
    add(person('ann', x), known('bob', east));
    expect(found(x)).toEqual([['ann', 100]]);
    const alike = Float32Array.of(0.2, Math.sqrt(1 - 0.04));
    const [bob] = gallery.searchMean(former.contract, [alike], 9);
    expect(bob!.personId).toBe('bob');
    expect(bob!.similarity).toBeCloseTo(thresholds['1e-4']);
    expect(gallery.searchMean('third@1/2', [alike], 9)).toEqual([]);
  });

  it('the gallery of an analyzer during a model change moves a person to the current gallery at re-enrollment, and logs when nobody needs the former pack', () => {
    add(known('ann', east), known('bob', north), person('cid', y));
    expect(gallery.formerNeeded).toBe(true);
    add(person('ann', x));
    expect(found(x)[0]).toEqual(['ann', 100]);
    expect(gallery.searchMean(former.contract, [east], 9).map(({ personId }) => personId)).toEqual(['bob']);
    expect(gallery.size).toEqual({ people: 3, templates: 3 });
    expect(logged).toEqual([]);
    add(person('bob', z));
    expect(gallery.formerNeeded).toBe(false);
    expect(logged).toMatchObject([
      { msg: expect.stringContaining('nobody needs the former pack') as string },
    ]);
    // And back, as when an older backup is restored.
    add(known('bob', north));
    expect(gallery.formerNeeded).toBe(true);
    expect(found(z).map(([id]) => id)).not.toContain('bob');
  });

  it('the gallery of an analyzer during a model change removes a person from both galleries and clears both', () => {
    add(known('ann', east), person('bob', y));
    gallery.follow({ type: 'gallery.remove', personId: 'ann' });
    expect(gallery.size.people).toBe(1);
    add(known('ann', east));
    gallery.follow({ type: 'gallery.clear', templates: {} });
    expect(gallery.size.people).toBe(0);
    expect(gallery.formerNeeded).toBe(false);
  });

  it('derives the match threshold from the people of both galleries together', () => {
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

  it('shares the memory of both galleries, and again when either outgrows its memory', () => {
    const before = gallery.shares;
    let shares = 0;
    gallery.onShared = () => (shares += 1);
    gallery.follow({ type: 'gallery.clear', templates: { [former.contract]: 5_000 } });
    expect(shares).toBe(1);
    expect(gallery.shares.current).toBe(before.current);
    expect(gallery.shares.former!.capacity).toBeGreaterThan(before.former!.capacity);
  });
});
