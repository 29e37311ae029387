/**
 * A change of the model pack by an operator: all people are recognized before and after it, and the pages show who
 * must come again. Each test depends on the ones before it.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HealthView } from '#protocol/health.ts';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { enrollFrom } from './known-face.ts';
import { Office, resultOf } from './office.ts';
import { defaultModels } from '../fixtures/default-pack.ts';
import { NEEDS_TEST_MODELS, hasTestModels, testModel } from '../fixtures/test-models.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WEIGHTS = testModel('weights');
const installedIn = defaultModels.cacheDir;
const NEW = 'retinaface-arcface';

describe.skipIf(!hasTestModels)(
  `an office that changes its model pack (${NEEDS_TEST_MODELS})`,
  { timeout: 180_000 },
  () => {
    let cacheDir: string;
    let office: Office;
    let admin: Page;
    let turning: string;
    let arriving: string;

    beforeAll(async () => {
      const size = { width: 640, height: 480, fps: 15 };
      turning = await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...size });
      arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...size });
      cacheDir = await mkdtemp(path.join(os.tmpdir(), 'muster-e2e-packs-'));
      office = await Office.open(await createTestDatabase(), {
        MUSTER_ENROLLMENT_BINS: '2',
        MUSTER_MODEL_CACHE: await prepared(),
      });
    });
    afterAll(async () => {
      await office?.close();
      await rm(cacheDir, { recursive: true, force: true });
    });

    /** Both packs installed, as the operator's commands do it. */
    async function prepared(): Promise<string> {
      await models('install', 'faceplugin', '--from', path.join(installedIn, 'faceplugin'));
      await models('install', NEW, '--from', WEIGHTS, '--accept-license');
      return cacheDir;
    }

    async function models(...args: string[]): Promise<string> {
      const { stdout } = await promisify(execFile)(process.execPath, ['scripts/models.mjs', ...args], {
        cwd: ROOT,
        env: {
          ...process.env,
          MUSTER_MODEL_CACHE: cacheDir,
          MUSTER_DATA_DIR: office?.server.dataDir ?? cacheDir,
          MUSTER_MODEL_PACK: '',
        },
      });
      return stdout;
    }

    const health = async () =>
      (await (await admin.request.get(`${office.server.url}/api/health`)).json()) as HealthView;

    it('a person is enrolled with the former pack', async () => {
      admin = await office.setUp(await office.browser(turning));
      const alan = { number: 'E-1', givenName: 'Alan', familyName: 'Adams' };
      await enrollFrom(office, admin, alan, { clip: 'cap12', from: 19, to: 31 });
      expect(await health()).toMatchObject({ reenroll: 0 });
    });

    it('the next start with another pack says who must be enrolled again', async () => {
      await office.server.down();
      expect(await models('use', NEW)).toContain('faceplugin runs beside it');
      await office.server.up();
      const said = office.server.output.join('\n');
      expect(said).toContain('1 person: see http');
      expect(said).toContain('"event":"people.reenroll","people":1,"recognized":1');

      await admin.goto(office.server.url);
      await admin.locator('[data-test=reenroll]').click();
      await admin.waitForURL('**/people?show=reenroll');
      await admin.locator('[data-test=reenroll][data-count="1"]').waitFor();
      const person = admin.locator('[data-test=person][data-reenroll=other-model]');
      await person.getByText('Enrolled with faceplugin, still recognized').last().waitFor();
    });

    it('the person is still recognized by the former pack', async () => {
      const door = await office.device({ admin, kind: 'station', name: 'Front door', camera: arriving });
      await resultOf(door, 'Alan Adams')
        .getByText(/^Checked in at \d{1,2}:\d\d [AP]M$/)
        .waitFor();
      expect(await office.punches()).toMatchObject([{ number: 'E-1', says: null, device: 'Front door' }]);
      await door.context().browser()!.close();
    });

    it('the person is re-enrolled from the list, and the former pack is no longer needed', async () => {
      await admin.locator('[data-test=person] [data-test=enroll]').click();
      await office.captureAndSave(admin);
      await expect.poll(health, { timeout: 30_000 }).toMatchObject({ reenroll: 0 });
      expect(office.server.output.join('\n')).toContain('nobody needs the former pack any more');
      await admin.goto(`${office.server.url}/people`);
      await admin.locator('[data-test=person][data-reenroll=no][data-enrolled=yes]').waitFor();
      expect(await admin.locator('[data-test=reenroll]').count()).toBe(0);
    });

    it('the person is recognized by the new pack, which runs alone from the next start', async () => {
      await office.server.down();
      await office.server.up();
      expect(office.server.output.join('\n').split('Muster is ready').at(-2)).not.toContain(
        'people.reenroll',
      );
      const door = await office.device({ admin, kind: 'station', name: 'Back door', camera: arriving });
      await resultOf(door, 'Alan Adams').waitFor();
      await door.context().browser()!.close();
      expect(office.faults).toEqual([]);
    });
  },
);
