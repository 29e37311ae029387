import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { serverSentences } from './server-sentences.test-support.ts';
import { FAULTS, SENTENCES } from './server-texts.ts';

const server = path.resolve(import.meta.dirname, '../../../server');
const sources = globSync('**/*.ts', { cwd: server })
  .filter((file) => !/\.test(-support)?\.ts$/.test(file))
  .map((file) => readFileSync(path.join(server, file), 'utf8'));
const written = sources.join('\n');
const { errors, faults } = serverSentences(sources);

/** Codes whose own text in `errorText` says all that a reader can do: the sentence adds only which record or request it was. */
const SAID_BY_CODE = new Set([
  'bad-request',
  'unknown-method',
  'internal',
  'not-found',
  'too-large',
  'unauthenticated',
  'reauthentication-needed',
  'second-factor-needed',
  'media-unavailable',
]);

/** Errors that only programs see: no page sends what they refuse. */
const OF_PROGRAMS = new Set([
  'There are too many streams of events: close those that are not used.',
  'The first request must be hello.',
  'There are too many streams of events: close those that are not used.',
  'There is nothing to prove.',
  'This account belongs to no person.',
  'This is no public key.',
  'This transport already consumes its camera.',
  'Another session of this encoder begins right now: try again.',
  'Only POST, DELETE and OPTIONS are possible here.',
]);

/** Errors with a fault of the field, which is shown below it in place of the sentence. */
const WITH_FAULT = new Set([
  'The address has no usable port.',
  'The file is not a workbook that can be read.',
  'code is wrong.',
  'siteId is not the id of any site.',
  'to is before from.',
]);

/** Faults of requests that only programs write, of files that the operator writes, and of lists that a form explains as a whole. */
const FAULTS_OF_PROGRAMS = new Set([
  'is not a list of types such as punch.created,punch.corrected',
  'is only for cameras and encoders',
  'is not the id of an event',
  'is not the number of an event',
  'do not rise from 1e-3 to 1e-6',
  'has not 7 days',
  'has too many entries',
  'does not exist in lines of this kind',
  'have no amount',
  'is being closed',
  'is being restarted',
  'is no cursor of this list',
  'is outside of the picture',
  'is no point of P-256',
  'is not a field of payroll',
  'is not a lower-case UUID',
  'is not the id of an event',
  'is not the number of an event',
  'is not one of tcp, udp',
  'is not an https address',
  'is not base64url',
  'is not known',
  'is not lower case, digits, . and -',
  'is not one of auto, in, out',
  'is not one of station, camera',
  'is not one of the classes',
  'needs 3 numbers',
]);

it.each([...Object.keys(SENTENCES), ...Object.keys(FAULTS)])('the server still writes "%s"', (sentence) => {
  expect(written).toContain(sentence);
});

it('every error of the server that a page can provoke has a text in the language of the page', () => {
  const missing = [...errors]
    .filter(([, code]) => !SAID_BY_CODE.has(code))
    .map(([sentence]) => sentence)
    .filter((s) => !(s in SENTENCES) && !OF_PROGRAMS.has(s) && !WITH_FAULT.has(s));
  expect(missing).toEqual([]);
});

it('every fault of a field that a page can provoke has a text in the language of the page', () => {
  expect([...faults].filter((fault) => !(fault in FAULTS) && !FAULTS_OF_PROGRAMS.has(fault))).toEqual([]);
});

it('no exception of these rules is out of date', () => {
  const stale = [
    ...[...OF_PROGRAMS, ...WITH_FAULT].filter((sentence) => !errors.has(sentence) || sentence in SENTENCES),
    ...[...FAULTS_OF_PROGRAMS].filter((fault) => !faults.has(fault) || fault in FAULTS),
  ];
  expect(stale).toEqual([]);
});
