/** Snapshots, when they are turned on: from the camera to the page that shows them, until consent is withdrawn. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { enrollFrom } from './known-face.ts';
import { Office, resultOf } from './office.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA });

let office: Office;
let admin: Page;

beforeAll(async () => {
  const env = { MUSTER_SNAPSHOTS: 'punches' };
  office = await Office.open(await createTestDatabase(), env);
  admin = await office.setUp(await office.browser());
}, 60_000);
afterAll(() => office.close());

describe('an office that keeps snapshots', { timeout: 180_000 }, () => {
  it('the attendance page shows the snapshot of a punch', async () => {
    await enrollFrom(
      office,
      admin,
      { number: 'E-1', givenName: 'Alan', familyName: 'Adams' },
      { clip: 'cap12', from: 19, to: 31 },
    );
    const door = await office.device({ admin, kind: 'station', name: 'Front door', camera: arriving });
    await resultOf(door, 'Alan Adams')
      .getByText(/Checked in/)
      .waitFor();
    await door.context().browser()!.close();

    await admin.goto(`${office.server.url}/attendance`);
    await admin.locator('[data-test=punches] [data-test=snapshot]').click();
    const picture = admin.locator('[data-test=snapshot-dialog] img');
    await picture.waitFor();
    const size = () =>
      picture.evaluate((image) => [
        (image as HTMLImageElement).naturalWidth,
        (image as HTMLImageElement).naturalHeight,
      ]);
    await expect.poll(size).toEqual([112, 112]);
  });

  it('a snapshot is gone after the consent is withdrawn', async () => {
    const people = (await (await admin.request.get(`${office.server.url}/api/v1/people`)).json()) as {
      people: { id: string }[];
    };
    const days = (await (await admin.request.get(`${office.server.url}/api/v1/attendance`)).json()) as {
      days: { punches: { id: string; snapshot?: true }[] }[];
    };
    const { id, snapshot } = days.days[0]!.punches[0]!;
    expect(snapshot).toBe(true);
    const path = `${office.server.url}/api/v1/people/${people.people[0]!.id}/consents/current`;
    const withdrawn = await admin.request.delete(path, { headers: { origin: office.server.url } });
    expect(withdrawn.ok()).toBe(true);
    expect((await admin.request.get(`${office.server.url}/api/v1/punches/${id}/snapshot`)).status()).toBe(
      404,
    );
    await admin.reload();
    await admin.locator('[data-test=day]').waitFor();
    expect(await admin.locator('[data-test=snapshot]').count()).toBe(0);
    expect(office.faults).toEqual([]);
  });
});
