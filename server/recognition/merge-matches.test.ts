import { describe, expect, it } from 'vitest';
import { mergeMatches } from './merge-matches.ts';

const match = (personId: string, similarity: number) => ({ personId, similarity });

describe('mergeMatches', () => {
  it('mergeMatches returns the best person and the runner-up, whichever gallery they are in', () => {
    const merged = mergeMatches(
      [[match('ann', 0.7), match('bob', 0.2)], [match('ann', 0.1)]],
      [
        [match('cid', 0.6), match('dan', 0.1)],
        [match('cid', 0.9), match('dan', 0.4)],
      ],
      2,
    );
    expect(merged).toEqual([
      [match('ann', 0.7), match('cid', 0.6)],
      [match('cid', 0.9), match('dan', 0.4)],
    ]);
  });

  it('mergeMatches does not make a person their own runner-up', () => {
    const merged = mergeMatches([[match('ann', 0.6)]], [[match('ann', 0.7), match('bob', 0.3)]], 2);
    expect(merged).toEqual([[match('ann', 0.7), match('bob', 0.3)]]);
  });

  it('mergeMatches returns the matches of one gallery when the other was not searched', () => {
    expect(mergeMatches([[match('ann', 0.6)], []], [], 2)).toEqual([[match('ann', 0.6)], []]);
    expect(mergeMatches([], [], 2)).toEqual([]);
  });
});
