/**
 * How often a film of somebody who completes a challenge completes another one: both are drawn anew for each try, and the film
 * begins anywhere. It counts what the challenge alone stops: photo detection is not asked. --tries: of each kind.
 */
import { Draw } from './faults/draw.ts';
import { contains, drawn, obey, readLooks, replay, rulesInForce, seriesOf } from './replays/films.ts';
import { benchOptions, type BenchRow, report } from './report.ts';
import { wilson } from './wilson.ts';

const { tries, seed, json } = benchOptions({ tries: 6_000, seed: 1 });
const rows: BenchRow[] = [];
const looks = await readLooks();
const chance = new Draw(seed);
const random = (n: number) => Math.floor(chance.next() * n);
for (const [where, rule] of Object.entries(await rulesInForce())) {
  for (const running of ['once', 'loop', 'swing'] as const) {
    const passed = { own: 0, turned: 0, other: 0 };
    let genuine = 0;
    let length = 0;
    for (let n = 0; n < tries; n += 1) {
      const filmed = drawn(rule, random);
      const asked = drawn(rule, random);
      const { state, film } = obey(filmed, rule, looks);
      genuine += state === 'completed' ? 1 : 0;
      length += film.length / 10;
      if (replay(asked, rule, film, { running, late: random(film.length) }) !== 'completed') continue;
      if (seriesOf(filmed).join() === seriesOf(asked).join()) passed.own += 1;
      else passed[contains(filmed, asked) ? 'turned' : 'other'] += 1;
    }
    const all = passed.own + passed.turned + passed.other;
    const [low, high] = wilson(all, tries);
    const add = (metric: string, value: number, unit: string) =>
      rows.push({ case: `${where}, ${running}`, metric, value, unit });
    add('films passed', (100 * all) / tries, '%');
    add('from', 100 * low, '%');
    add('to', 100 * high, '%');
    add('of the series that was drawn', (100 * passed.own) / tries, '%');
    add('of the same in turn', (100 * passed.turned) / tries, '%');
    add('of another', (100 * passed.other) / tries, '%');
    add('the man himself', (100 * genuine) / tries, '%');
    add('takes him', length / tries, 's');
  }
}
await report({ bench: 'replays', rows, json });
