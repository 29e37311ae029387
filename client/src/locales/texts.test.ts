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

/** Not converted yet; an entry goes with the conversion of its file. */
const NOT_CONVERTED = new Set([
  'pages/account/account.ts',
  'pages/account/password-form.ts',
  'pages/account/second-factor.ts',
  'pages/accounts/account-dialog.ts',
  'pages/accounts/account-fields.ts',
  'pages/accounts/accounts.ts',
  'pages/accounts/invite-dialog.ts',
  'pages/accounts/role-names.ts',
  'pages/accounts/token-dialog.ts',
  'pages/accounts/tokens.ts',
  'pages/devices/device-settings.ts',
  'pages/devices/devices.ts',
  'pages/devices/live-cameras.ts',
  'pages/devices/pairing-dialog.ts',
  'pages/devices/recognition-status.ts',
  'pages/devices/settings-fields.ts',
  'pages/devices/smallest-face.ts',
  'pages/person/badge-card.ts',
  'pages/person/consent-card.ts',
  'pages/person/data-card.ts',
  'pages/person/edit-dialog.ts',
  'pages/person/passes-card.ts',
  'pages/person/person.ts',
  'pages/person/removal-words.ts',
  'pages/retention.ts',
]);

const converted = files.filter((file) => !NOT_CONVERTED.has(file));

describe('the texts of the pages', () => {
  it.each(converted)('all go through msg() in %s', (file) => {
    expect(findTexts(readFileSync(path.join(sources, file), 'utf8'))).toEqual([]);
  });

  // MusterElement renders again when the language changes.
  it.each(converted.filter((file) => file !== 'components/muster-element.ts'))(
    'follow a change of language in %s',
    (file) => {
      expect(readFileSync(path.join(sources, file), 'utf8')).not.toContain('extends LitElement');
    },
  );

  it.each(converted.filter((file) => !file.startsWith('locales/')))(
    'have dates and numbers in the language of the page in %s',
    (file) => {
      const ofTheBrowser = /Intl\.(?!DateTimeFormat\(\)\.resolvedOptions)|toLocale\w*String/;
      expect(readFileSync(path.join(sources, file), 'utf8')).not.toMatch(ofTheBrowser);
    },
  );

  it('have a translation in every language, and the catalogs are current', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/messages.mjs', '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });

  it('have a catalog for every language that can be chosen', () => {
    const config = JSON.parse(readFileSync(path.join(root, 'config', 'lit-localize.json'), 'utf8')) as {
      sourceLocale: string;
      targetLocales: string[];
    };
    expect([config.sourceLocale, ...config.targetLocales]).toEqual(LANGUAGES);
  });
});
