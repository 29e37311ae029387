import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '#protocol/language.ts';
import { findTexts } from './text-scanner.test-support.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const sources = path.join(root, 'client', 'src');
const files = globSync('**/*.ts', { cwd: sources })
  .filter((file) => !/\.test(-support)?\.ts$/.test(file) && !file.startsWith('locales/generated/'))
  .sort();

describe('the texts of the pages', () => {
  it.each(files)('all texts go through msg() in %s', (file) => {
    expect(findTexts(readFileSync(path.join(sources, file), 'utf8'))).toEqual([]);
  });

  // MusterElement renders again when the language changes.
  it.each(files.filter((file) => file !== 'components/muster-element.ts'))(
    'the texts follow a change of language in %s',
    (file) => {
      expect(readFileSync(path.join(sources, file), 'utf8')).not.toContain('extends LitElement');
    },
  );

  it.each(files.filter((file) => !file.startsWith('locales/')))(
    'dates and numbers are in the language of the page in %s',
    (file) => {
      const ofTheBrowser = /Intl\.(?!DateTimeFormat\(\)\.resolvedOptions)|toLocale\w*String/;
      expect(readFileSync(path.join(sources, file), 'utf8')).not.toMatch(ofTheBrowser);
    },
  );

  it('every text has a translation in every language, and the catalogs are current', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/messages.mjs', '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });

  it('every language that can be chosen has a catalog', () => {
    const config = JSON.parse(readFileSync(path.join(root, 'config', 'lit-localize.json'), 'utf8')) as {
      sourceLocale: string;
      targetLocales: string[];
    };
    expect([config.sourceLocale, ...config.targetLocales]).toEqual(LANGUAGES);
  });
});
