/**
 * What a station shows of names: the given name only, or none. What it may not show does not reach its browser, over the
 * socket or over the data channel. Each test depends on the ones before it.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceView } from '#protocol/devices.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import type { Chromium } from '../support/chromium.ts';
import { createTestDatabase } from '../support/database.ts';
import { enrollFrom } from './known-face.ts';
import { facesIn, Office, resultOf } from './office.ts';

const VGA = { width: 640, height: 480, fps: 15 };
const arriving = await fakeCamera({ clip: 'cap13', from: 0, to: 20, ...VGA });

let office: Office;
let admin: Page;
let door: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
  admin = await office.setUp(await office.browser());
  await enrollFrom(
    office,
    admin,
    { number: 'E-1', givenName: 'Alan', familyName: 'Adams' },
    { clip: 'cap12', from: 19, to: 31 },
  );
}, 180_000);
afterAll(() => office?.close());

/** Lets every page of the browser remember what it receives from the server after it was loaded. */
async function record({ context }: Chromium): Promise<void> {
  await context.addInitScript(() => {
    const received: string[] = [];
    Object.assign(globalThis, { received });
    const keep = ({ data }: MessageEvent<unknown>) => received.push(String(data));
    const Socket = globalThis.WebSocket;
    globalThis.WebSocket = class extends Socket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', keep);
      }
    };
    // oxlint-disable-next-line typescript/unbound-method -- called below with the connection it is called on
    const create = RTCPeerConnection.prototype.createDataChannel;
    RTCPeerConnection.prototype.createDataChannel = function createDataChannel(
      this: RTCPeerConnection,
      label,
      init,
    ) {
      const channel = create.call(this, label, init);
      channel.addEventListener('message', keep);
      return channel;
    };
  });
}

const received = () =>
  door.evaluate(() => (globalThis as unknown as { received: string[] }).received.join('\n'));

/** What names the person is both in the socket and in the channel: a test that saw neither would see no name either. */
async function expectReceived(): Promise<string> {
  const text = await received();
  expect(text).toContain('attendance');
  expect(text).toContain('"faces"');
  return text;
}

describe('names at a station', { timeout: 180_000 }, () => {
  it('a station that shows given names greets by that, and never receives the family name', async () => {
    const browser = await office.browser(arriving);
    await record(browser);
    door = await office.device({
      admin,
      kind: 'station',
      name: 'Front door',
      camera: browser,
      names: 'given',
    });
    await resultOf(door, 'Alan')
      .getByText(/^Checked in at/)
      .waitFor();
    await door.locator('[data-test=face][data-state=recognized][data-name=Alan]').first().waitFor();
    const text = await expectReceived();
    expect(text).toContain('Alan');
    expect(text).not.toContain('Adams');
  });

  it('a station that shows no names says what it booked, and receives none', async () => {
    const list = await admin.request.get(`${office.server.url}/api/v1/devices`);
    const { devices } = (await list.json()) as { devices: DeviceView[] };
    const changed = await admin.request.patch(`${office.server.url}/api/v1/devices/${devices[0]!.id}`, {
      data: { settings: { names: 'none' } },
      headers: { origin: office.server.url },
    });
    expect(changed.ok()).toBe(true);
    await door.reload();
    await door
      .locator('muster-result-card')
      .getByText(/^(Already checked|Checked) in at/)
      .waitFor();
    await facesIn(door, 'recognized').first().waitFor();
    const text = await expectReceived();
    expect(text).not.toMatch(/Alan|Adams/);
    expect(await office.punches()).toMatchObject([{ number: 'E-1', device: 'Front door' }]);
    expect(office.faults).toEqual([]);
  });
});
