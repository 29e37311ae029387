import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formerPack } from './former-pack.ts';
import { defaultModels } from '../../test/fixtures/default-pack.ts';

/** Here the default pack is installed, and no other. */
let cacheDir: string;
let logged: { level: number; packId?: string; msg: string }[];
const log = pino({}, { write: (line) => logged.push(JSON.parse(line) as (typeof logged)[number]) });

beforeAll(async () => {
  cacheDir = await mkdtemp(path.join(os.tmpdir(), 'muster-former-'));
  await cp(path.join(defaultModels.cacheDir, 'faceplugin'), path.join(cacheDir, 'faceplugin'), {
    recursive: true,
  });
});
beforeEach(() => {
  logged = [];
});
afterAll(() => rm(cacheDir, { recursive: true }));

const chosen = async (wish: string, people: [string, number][]) =>
  (await formerPack({ wish, people: new Map(people), cacheDir, log }))?.contract ?? null;

describe('the previous model pack', () => {
  it('the previous model pack is null where everybody is enrolled with the pack in use, or where the configuration says none', async () => {
    expect(await chosen('auto', [])).toBeNull();
    expect(await chosen('none', [['faceplugin@1/512', 3]])).toBeNull();
    expect(logged).toEqual([]);
  });

  it('the previous model pack is the pack that the templates name', async () => {
    expect(await chosen('auto', [['faceplugin@1/512', 3]])).toBe('faceplugin@1/512');
    expect(await chosen('faceplugin', [['faceplugin@1/512', 3]])).toBe('faceplugin@1/512');
  });

  it('the previous model pack is the installed pack that most people need; packs that cannot run are logged', async () => {
    const people: [string, number][] = [
      ['faceplugin@1/512', 3],
      ['openmodel@1/256', 5],
      ['sold-out@1/128', 9],
    ];
    expect(await chosen('auto', people)).toBe('faceplugin@1/512');
    expect(logged).toMatchObject([
      { level: 40, packId: 'sold-out' },
      { level: 40, packId: 'openmodel' },
    ]);
  });

  it('the previous model pack is null where the installed pack has another version than the templates', async () => {
    expect(await chosen('auto', [['faceplugin@0/512', 3]])).toBeNull();
    expect(logged).toMatchObject([{ level: 30, packId: 'faceplugin' }]);
  });

  it('the previous model pack is null where nobody needs the configured pack, or where it is not installed', async () => {
    expect(await chosen('faceplugin', [['openmodel@1/256', 5]])).toBeNull();
    expect(await chosen('no-such-pack', [['openmodel@1/256', 5]])).toBeNull();
    expect(logged.map(({ packId }) => packId)).toEqual(['faceplugin', 'no-such-pack']);
  });
});
