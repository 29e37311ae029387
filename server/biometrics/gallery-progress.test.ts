import { pino } from 'pino';
import { expect, it } from 'vitest';
import { GalleryProgress } from './gallery-progress.ts';

function lines(templates: number, loaded: readonly [people: number, at: number][]): unknown[] {
  const said: unknown[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => said.push(JSON.parse(line)) });
  const progress = new GalleryProgress({ people: templates / 10, templates, length: 512 }, log, 0);
  for (const [people, at] of loaded) progress.loaded(people, at);
  return said;
}

it('a large gallery says how much memory it takes, and every five seconds how far it is', () => {
  const said = lines(500_000, [
    [200, 100],
    [9_000, 5_100],
    [9_200, 5_200],
    [20_000, 10_200],
  ]);
  expect(said).toMatchObject([
    { event: 'gallery.loading', people: 50_000, templates: 500_000, serverMiB: 977 },
    { event: 'gallery.progress', people: 9_000, of: 50_000 },
    { event: 'gallery.progress', people: 20_000, of: 50_000 },
  ]);
  // The templates, their sketches, and what finds them.
  const [{ analyzerMiB }] = said as [{ analyzerMiB: number }];
  expect(analyzerMiB).toBeGreaterThan(977);
  expect(analyzerMiB).toBeLessThan(1_100);
});

it('a gallery that is there at once says nothing', () => {
  expect(lines(10_000, [[500, 6_000]])).toEqual([]);
});
