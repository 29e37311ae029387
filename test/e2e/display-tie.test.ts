/**
 * An encoder above the door, which publishes by WHIP, and a tablet below it, whose own camera sees nobody: whoever the encoder
 * sees is greeted on the tablet. Each test depends on the ones before it.
 */
import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceView, EncoderView } from '#protocol/devices.ts';
import { fakeCamera, h264Clip } from '../fixtures/clips.ts';
import { createTestDatabase } from '../support/database.ts';
import { MusterServer } from '../support/muster-server.ts';
import { loadH264Clip } from '../support/h264-publisher.ts';
import { WhipClient } from '../support/whip-client.ts';
import { enrollFrom } from './known-face.ts';
import { Office, resultOf } from './office.ts';

const SCENE = { clip: 'cap13', from: 0, to: 20, width: 640, height: 480, fps: 15 } as const;
const OTHER = { ...SCENE, clip: 'franck', from: 62, to: 74 } as const;
const clip = await loadH264Clip(await h264Clip(SCENE), SCENE.fps);
const otherClip = await loadH264Clip(await h264Clip(OTHER), OTHER.fps);
const arriving = await fakeCamera(SCENE);

let office: Office;
let admin: Page;
let tablet: Page;
let encoder: EncoderView;
let published: WhipClient | undefined;
let second: MusterServer | undefined;
/** Of both servers. The gap is longer than the test takes on a slow machine. */
const ENV = { MUSTER_MASTER_KEY: randomBytes(32).toString('base64'), MUSTER_MIN_GAP_SECONDS: '600' };
let databaseUrl: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  databaseUrl = database.url;
  office = await Office.open(database, ENV);
  admin = await office.setUp(await office.browser());
  await enrollFrom(
    office,
    admin,
    { number: 'E-1', givenName: 'Alan', familyName: 'Adams' },
    { clip: 'cap12', from: 19, to: 31 },
  );
}, 180_000);
afterAll(async () => {
  published?.close();
  await second?.close();
  await office?.close();
});

async function call<T>(method: string, path: string, data?: object): Promise<T> {
  const { url } = office.server;
  const reply = await admin.request.fetch(`${url}/api/v1${path}`, { method, data, headers: { origin: url } });
  if (!reply.ok()) throw new Error(await reply.text());
  return (reply.status() === 204 ? undefined : await reply.json()) as T;
}

async function deviceNamed(name: string): Promise<DeviceView> {
  const { devices } = await call<{ devices: DeviceView[] }>('GET', '/devices');
  return devices.find((device) => device.name === name)!;
}

describe('a camera above the door', { timeout: 180_000 }, () => {
  it('is tied to the tablet below it on the devices page', async () => {
    // The test picture of the browser has no face.
    tablet = await office.device({
      admin,
      kind: 'station',
      name: 'Tablet',
      camera: await office.browser(),
      names: 'given',
    });
    await tablet.locator('muster-station[data-connection=live][data-camera]').waitFor();
    encoder = await call<EncoderView>('POST', '/devices/encoders', {
      name: 'Above the door',
      settings: { mode: 'in', wish: 'everyone' },
    });
    await admin.goto(`${office.server.url}/devices`);
    await admin.getByLabel('Settings of Above the door').click();
    const dialog = admin.locator('[data-test=device-settings]');
    await dialog.locator('wa-select[data-test=station]').click();
    await dialog.getByRole('option', { name: 'Tablet' }).click();
    // What passing means is up to the station now.
    await dialog.locator('wa-select[name=mode][disabled]').waitFor();
    await dialog.locator('[data-test=save]').click();
    await dialog.waitFor({ state: 'detached' });
    await admin.locator('[data-test=screen]').getByText('Shows results at Tablet').waitFor();
    expect((await deviceNamed('Above the door')).settings).toMatchObject({ mode: 'in', wish: 'everyone' });
  });

  it('the tablet does without its own camera where that is switched off, also after a reload', async () => {
    await admin.getByLabel('Settings of Tablet').click();
    const dialog = admin.locator('[data-test=device-settings]');
    await dialog.locator('wa-switch[name=ownCamera]').click();
    await dialog.locator('[data-test=save]').click();
    await dialog.waitFor({ state: 'detached' });
    await tablet.locator('muster-station[data-connection=live]:not([data-camera])').waitFor();
    // Nothing of it is expected any more.
    await admin.locator('[data-test=camera]').filter({ hasText: 'Tablet' }).waitFor({ state: 'detached' });
    await tablet.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => {
        throw new Error('the camera was asked for');
      };
    });
    await tablet.reload();
    await tablet.locator('muster-station[data-connection=live]:not([data-camera])').waitFor();
    expect(await tablet.locator('[data-test=trouble]').count()).toBe(0);
  });

  it('whoever it sees is checked in once, and greeted on the tablet as the tablet may', async () => {
    const address = `${office.server.url}/api/whip`;
    published = await WhipClient.publish(address, encoder.token, { codec: 'h264', clip });
    await resultOf(tablet, 'Alan')
      .getByText(/^Checked in at/)
      .waitFor();
    expect(await tablet.locator('body').innerText()).not.toContain('Adams');
    // Nothing of the other picture is drawn over that of the tablet.
    expect(await tablet.locator('[data-test=face]').count()).toBe(0);
    expect(await office.punches()).toMatchObject([{ number: 'E-1', says: null, device: 'Above the door' }]);
    await resultOf(tablet, 'Alan').locator('[data-test=offer-out]').click();
    await resultOf(tablet, 'Alan')
      .getByText(/^Checked out at/)
      .waitFor();
    expect(await office.punches()).toMatchObject([{ said: 'out', device: 'Above the door' }]);
  });

  it('is seen on the tablet, too, where it publishes to another server of the same database', async () => {
    await enrollFrom(
      office,
      admin,
      { number: 'E-2', givenName: 'Bob', familyName: 'Brown' },
      { clip: 'franck', from: 95, to: 105 },
    );
    published!.close();
    second = await MusterServer.start({ databaseUrl, env: ENV });
    published = await WhipClient.publish(`${second.url}/api/whip`, encoder.token, {
      codec: 'h264',
      clip: otherClip,
    });
    await resultOf(tablet, 'Bob')
      .getByText(/^Checked in at/)
      .waitFor();
  });

  it('the tie ends with the tablet, and whoever steps in front of the next one is told that it is done', async () => {
    await tablet.context().browser()!.close();
    const { id } = await deviceNamed('Tablet');
    await call('DELETE', `/devices/${id}`);
    expect((await deviceNamed('Above the door')).settings.station).toBeNull();
    const next = await office.device({ admin, kind: 'station', name: 'Next tablet', camera: arriving });
    await resultOf(next, 'Alan Adams')
      .getByText(/^Already checked out at/)
      .first()
      .waitFor();
    expect(await office.punches()).toHaveLength(2);
    expect(office.faults).toEqual([]);
  });
});
