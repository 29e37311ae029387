import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { browsersInWords, buildTarget, supportedBrowsers } from './browsers.ts';

it('the README names the browsers that package.json supports, and their oldest versions', () => {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../README.md'), 'utf8');
  const [, table = ''] = /^## Browsers$([^#]*)/m.exec(readme) ?? [];
  const rows = [...table.matchAll(/^\| (.+?) +\| ([\d.]+) +\|$/gm)].map(([, name, oldest]) => ({
    name,
    oldest,
  }));
  expect(rows).toEqual(supportedBrowsers().map(({ name, oldest }) => ({ name, oldest })));
});

it('the build brings its syntax down to each of them', () => {
  expect(buildTarget()).toEqual(['chrome112', 'edge112', 'firefox121', 'safari16.5', 'ios16.5']);
});

it('a sentence names a browser once, however many systems it runs on', () => {
  expect(browsersInWords()).toBe('Chrome 112, Edge 112, Firefox 121, Safari 16.5');
});

it('what is not the oldest version of a known browser is refused', () => {
  for (const query of ['defaults', 'netscape >= 4', 'chrome > 112', 'chrome 112'])
    expect(() => supportedBrowsers([query])).toThrow(`not "${query}"`);
});
