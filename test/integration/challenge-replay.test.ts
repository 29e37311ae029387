/**
 * Films against the challenges, on real pictures: a man who does what is asked completes every series that can be drawn, and a
 * film of him completing one completes no other. `npm run bench -- replays` counts them with holding times drawn by chance.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Challenge, ChallengePolicy } from '../../server/recognition/challenge.ts';
import {
  contains,
  drawn,
  type Look,
  obey,
  readLooks,
  replay,
  rulesInForce,
  seriesOf,
} from '../bench/replays/films.ts';

/** A film begins at each of its seconds. */
const LATER = 10;

let looks: Look[];
let rules: Awaited<ReturnType<typeof rulesInForce>>;

beforeAll(async () => {
  rules = await rulesInForce();
  looks = await readLooks();
});

/** Every series that can be drawn, each with other holding times. */
function draws(rule: ChallengePolicy): Challenge[] {
  const all: Challenge[] = [];
  let series = 1;
  for (let n = 0; n < series; n += 1) {
    let isSeries = true;
    const random = (of: number) => {
      if (!isSeries) return (n * 211 + 97) % of;
      isSeries = false;
      series = of;
      return n;
    };
    all.push(drawn(rule, random));
  }
  return all;
}

describe.each(['station', 'self-enrollment'] as const)('the challenge of a %s', (where) => {
  it('a person who does what is asked completes every series that can be drawn', () => {
    const all = draws(rules[where]);
    expect(new Set(all.map((one) => seriesOf(one).join())).size).toBe(all.length);
    expect(all.filter((one) => obey(one, rules[where], looks).state !== 'completed').map(seriesOf)).toEqual(
      [],
    );
  });

  it.each(['once', 'loop', 'swing'] as const)(
    'a film of one series, run from any of its seconds (%s), completes none that it does not show',
    (running) => {
      const rule = rules[where];
      const all = draws(rule);
      const passed: string[] = [];
      let plays = 0;
      for (const filmed of all) {
        const { film } = obey(filmed, rule, looks);
        for (const asked of all) {
          // Run over and over, it shows its own series from the middle, too: that one is drawn no more often than the others.
          if (asked === filmed || (running === 'loop' && contains(filmed, asked))) continue;
          for (let late = 0; late < film.length; late += LATER) {
            plays += 1;
            if (replay(asked, rule, film, { running, late }) !== 'completed') continue;
            passed.push(`${seriesOf(filmed).join()} for ${seriesOf(asked).join()} from ${late}`);
          }
        }
      }
      expect(plays).toBeGreaterThan(400);
      expect(passed).toEqual([]);
    },
  );
});
