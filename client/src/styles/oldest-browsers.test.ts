/**
 * Every style that one of the oldest supported browsers does not know, by the browser compatibility data of MDN. Scripts are
 * tested in such a browser (test/e2e/browsers.test.ts), but nothing can take a style from a newer one.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { compatibilityData, type Entry, isNewer } from '../../../test/support/compatibility-data.ts';

/** A page without them is only less pretty or slower. */
const DISPENSABLE: ReadonlySet<string> = new Set([
  'contain-intrinsic-size',
  'content-visibility',
  'content-visibility: auto',
  'font-family: ui-monospace',
  'hyphens',
  'text-wrap',
  'text-wrap: balance',
]);

const sources = path.resolve(import.meta.dirname, '../..');
const { css } = compatibilityData();

/** The styles of a file: all of it, or its templates. */
function stylesOf(file: string): string {
  const text = readFileSync(path.join(sources, file), 'utf8');
  const styles = file.endsWith('.css') ? [text] : [...text.matchAll(/\bcss`([^`]*)`/g)].map(([, one]) => one);
  return styles.join('\n').replaceAll(/\/\*.*?\*\//gs, '');
}

const isNew = (entry: unknown): boolean => isNewer((entry ?? {}) as Entry);

/** What some browser does not know, as `property` or `property: keyword`, `:selector` or `@rule`. */
function newerStyles(styles: string): string[] {
  const newer = new Set<string>();
  for (const [, property = '', value = ''] of styles.matchAll(/(?:^|[;{\s])([a-z-]+):\s+([^;{}]+);/g)) {
    const entry = css.properties[property];
    // With the prefix beside it, Safari knows it.
    if (isNew(entry) && !styles.includes(`-webkit-${property}: ${value};`)) newer.add(property);
    // A tablet has none.
    if (property === 'cursor') continue;
    for (const [word] of value.matchAll(/[a-z][a-z-]*/g)) {
      if (isNew(entry?.[word])) newer.add(`${property}: ${word}`);
    }
  }
  for (const [, name = ''] of styles.matchAll(/::?([a-z-]+)/g)) {
    if (isNew(css.selectors[name])) newer.add(`:${name}`);
  }
  for (const [, name = ''] of styles.matchAll(/@([a-z-]+)/g)) {
    if (isNew(css['at-rules'][name])) newer.add(`@${name}`);
  }
  return [...newer];
}

it('every style is known to the oldest supported browsers, or can be done without', () => {
  const files = globSync('**/*.{ts,css}', { cwd: sources }).filter(
    (file) => !/\.test(-support)?\.ts$/.test(file),
  );
  const needed = files.flatMap((file) =>
    newerStyles(stylesOf(file))
      .filter((style) => !DISPENSABLE.has(style))
      .map((style) => `${file}: ${style}`),
  );
  expect(needed).toEqual([]);
});

it('a newer style is found', () => {
  expect(newerStyles('a { justify-content: safe center; field-sizing: content; } @scope (b) {}')).toEqual([
    'justify-content: safe',
    'field-sizing',
    'field-sizing: content',
    '@scope',
  ]);
  expect(newerStyles('a { user-select: none; } a:open { top: 0; }')).toEqual(['user-select', ':open']);
  expect(newerStyles('a { -webkit-user-select: none; user-select: none; }')).toEqual([]);
});
