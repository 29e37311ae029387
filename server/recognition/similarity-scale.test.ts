import { describe, expect, it } from 'vitest';
import { loadPack, packIds } from '../vision/pack.ts';
import { similarityScale } from './similarity-scale.ts';

const from = { '1e-3': 0.3, '1e-4': 0.4, '1e-5': 0.48 };
const to = { '1e-3': 0.2, '1e-4': 0.25, '1e-5': 0.34 };
const scale = similarityScale(from, to);

describe('similarityScale', () => {
  it.each([
    ['at a rate that both packs were measured at', 0.3, 0.2],
    ['at the next rate', 0.4, 0.25],
    ['at the last rate', 0.48, 0.34],
    ['between two rates', 0.35, 0.225],
    ['between the next two rates', 0.46, 0.3175],
    ['beyond the last rate, by the decade', 0.57, 0.34 + (0.09 * 0.14) / 0.18],
    ['below the first rate, by the decade', 0.12, 0.2 - (0.18 * 0.14) / 0.18],
  ])('similarityScale keeps the false accept rate %s', (_where, similarity, expected) => {
    expect(scale(similarity)).toBeCloseTo(expected, 10);
  });

  it('similarityScale uses only the rates that both packs were measured at', () => {
    const more = { ...from, '1e-6': 0.9 };
    const finer = similarityScale(more, to);
    for (let s = -1; s <= 1; s += 0.01) expect(finer(s)).toBeCloseTo(scale(s), 10);
  });

  it('similarityScale stays in −1..1 and never maps two similarities to one, however different the packs are', () => {
    const wide = similarityScale({ '1e-3': 0.3, '1e-4': 0.31, '1e-5': 0.32 }, { ...to, '1e-5': 0.6 });
    let before = -Infinity;
    for (let s = -1; s <= 1.0001; s += 0.01) {
      const mapped = wide(Math.min(1, s));
      expect(mapped).toBeGreaterThan(before);
      expect(mapped).toBeGreaterThanOrEqual(-1);
      expect(mapped).toBeLessThanOrEqual(1);
      before = mapped;
    }
  });

  it('similarityScale is reversible between any two available packs', async () => {
    const packs = await Promise.all((await packIds()).map(loadPack));
    expect(packs.length).toBeGreaterThan(2);
    for (const a of packs) {
      for (const b of packs) {
        const there = similarityScale(a.thresholds, b.thresholds);
        const back = similarityScale(b.thresholds, a.thresholds);
        for (const rate of ['1e-3', '1e-4', '1e-5'] as const) {
          expect(there(a.thresholds[rate])).toBeCloseTo(b.thresholds[rate], 10);
        }
        const between = (a.thresholds['1e-4'] + a.thresholds['1e-5']) / 2;
        expect(back(there(between))).toBeCloseTo(between, 10);
      }
    }
  });
});
