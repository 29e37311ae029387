/**
 * Real Firefox at the desk, as station, camera, wall and WHIP client; Chromium is all of these in the other tests. Only the pictures of its
 * camera are replaced, by a clip (test/support/firefox.ts): what it encodes, negotiates, sends and receives is its own.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EncoderView } from '#protocol/devices.ts';
import { vp8Clip } from '../fixtures/clips.ts';
import { createTestDatabase } from '../support/database.ts';
import { drawCameras, show } from '../support/drawn-camera.ts';
import { Firefox } from '../support/firefox.ts';
import { hasProgram, needsProgram } from '../support/programs.ts';
import { facesIn, Office, resultOf } from './office.ts';

const NAME = 'Fiona Fox';
const VGA = { width: 640, height: 480, fps: 15 };
const SOON = { timeout: 30_000 };
/** No script threw these: Firefox counts every connection that a restart of the server ends among the errors of the page. */
const CONNECTION_LOST =
  /^Firefox can’t establish a connection to the server at |^The connection to ws:|^ICE failed,/;

describe.skipIf(!hasProgram('firefox-esr'))(
  `Firefox, which ${needsProgram('firefox-esr')}`,
  { timeout: 120_000 },
  () => {
    let firefox: Firefox;
    let office: Office;
    let admin: Page;
    let station: Page;
    let arriving: string;

    beforeAll(async () => {
      arriving = await vp8Clip({ clip: 'cap13', from: 0, to: 20, ...VGA });
      const turning = await vp8Clip({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA });
      // Firefox connects to no loopback address, so media listens as it does where nobody has set anything.
      office = await Office.open(await createTestDatabase(), {
        MUSTER_MEDIA_LISTEN: '',
        MUSTER_ENROLLMENT_BINS: '2',
      });
      firefox = await Firefox.launch();
      admin = await office.setUp(office.use(await firefox.window({ camera: turning })));
    }, 120_000);
    afterAll(async () => {
      await office?.close();
      await firefox?.close();
    });

    const door = async () => office.use(await firefox.window({ camera: arriving }));
    const tile = (name: string) => admin.locator('[data-test=tile][data-state=live]', { hasText: name });

    /** The wall, in Firefox too, shows the picture of this camera, and the name of the person in it. */
    async function seenOnWall(camera: string): Promise<void> {
      await admin.goto(`${office.server.url}/devices/wall`);
      await tile(camera).locator(`[data-test=face][data-name="${NAME}"]`).first().waitFor();
      await tile(camera).locator('video').evaluate(newPictures);
      await admin.goto('about:blank');
    }

    it('a person who turns the head is enrolled', async () => {
      await office.enroll(admin, { number: 'F-1', givenName: 'Fiona', familyName: 'Fox' });
    });

    it('a station recognizes a person, frames the face and books the check-in', async () => {
      station = await office.device({ admin, kind: 'station', name: 'Front door', camera: await door() });
      await resultOf(station, NAME)
        .getByText(/^Checked in at \d{1,2}:\d\d [AP]M$/)
        .waitFor();
      await facesIn(station, 'recognized').first().waitFor();
      expect(await office.punches()).toMatchObject([{ number: 'F-1', device: 'Front door' }]);
    });

    it('the station recognizes again after the server restarted, without a reload', async () => {
      await station.evaluate(() => Object.assign(window, { neverReloaded: true }));
      await office.server.down();
      await station.locator('muster-station:not([data-connection=live])').waitFor();
      await expect.poll(() => station.locator('[data-test=face]').count(), SOON).toBe(0);
      await office.server.up();
      await facesIn(station, 'recognized').first().waitFor();
      expect(await station.evaluate(() => 'neverReloaded' in window)).toBe(true);
      await station.context().close();
    });

    it('a camera page recognizes, and the wall shows it', async () => {
      const camera = await office.device({ admin, kind: 'camera', name: 'Tripod', camera: await door() });
      await camera.locator('muster-camera[data-connection=live]:not([data-analyzed="0"])').waitFor();
      await seenOnWall('Tripod');
      await camera.context().close();
    });

    it('its own test picture is sent as it is', async () => {
      const browser = office.use(await firefox.window());
      const camera = await office.device({ admin, kind: 'camera', name: 'Untouched', camera: browser });
      await camera.locator('muster-camera[data-connection=live]:not([data-analyzed="0"])').waitFor();
      await browser.close();
    });

    it('a black picture and a camera that freezes are told apart', async () => {
      const browser = office.use(await firefox.window());
      await drawCameras(browser.context);
      const page = await office.device({ admin, kind: 'station', name: 'Blind', camera: browser });
      const trouble = (problem: string) => page.locator(`[data-test=trouble][data-problem=${problem}]`);
      await page.locator('muster-station[data-connection=live]').waitFor();
      await show(page, 'shut');
      await trouble('dark').waitFor();
      await show(page, 'move');
      await page.locator('muster-station[data-connection=live]').waitFor();
      await show(page, 'freeze');
      await trouble('no-picture').waitFor();
      await browser.close();
    });

    it.for(['VP8', 'VP9', 'AV1', 'H264'])('a plain page publishes %s by WHIP', async (codec, { skip }) => {
      const known = await admin.evaluate(
        (name) =>
          RTCRtpSender.getCapabilities('video')!.codecs.some(({ mimeType }) => mimeType === `video/${name}`),
        codec,
      );
      if (!known) skip('this Firefox has no such encoder: that of H.264 is a plugin that it downloads');
      const page = await (await door()).open(`${office.server.url}/sign-in`);
      const added = await admin.request.post(`${office.server.url}/api/v1/devices/encoders`, {
        data: { name: codec },
        headers: { origin: office.server.url },
      });
      const { token } = (await added.json()) as EncoderView;
      const answer = await page.evaluate(publish, { token, codec });
      // No sound leaves the camera.
      expect(answer).toMatch(/^m=audio 0 /m);
      await seenOnWall(codec);
      expect(await page.evaluate(sentCodec)).toBe(`video/${codec}`);
      await page.context().close();
    });

    it('a part of the pages that could not be fetched is fetched when the person tries again', async () => {
      const browser = office.use(await firefox.window());
      const page = await browser.context.newPage();
      await page.route(
        /\/assets\/station-.*\.js$/,
        (route) => route.fulfill({ status: 503, contentType: 'text/javascript' }),
        { times: 1 },
      );
      await page.goto(`${office.server.url}/station`);
      await page.getByRole('link', { name: 'Try again' }).click();
      await page.locator('[data-test=pairing]').waitFor();
      await browser.close();
    });

    it('no page had an uncaught error', () => {
      expect(office.faults.filter((fault) => !CONNECTION_LOST.test(fault))).toEqual([]);
      expect(office.server.output.filter((line) => line.includes('"client.fault"'))).toEqual([]);
    });
  },
);

type Publishing = typeof globalThis & { connection: RTCPeerConnection };

/** Runs in the page: what any page does that knows nothing of Muster but the address and a token. Returns the answer. */
async function publish({ token, codec }: { token: string; codec: string }): Promise<string> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  const connection = new RTCPeerConnection();
  (globalThis as Publishing).connection = connection;
  connection.addTransceiver('audio', { direction: 'sendonly' });
  const picture = connection.addTransceiver(stream.getVideoTracks()[0]!, {
    direction: 'sendonly',
    streams: [stream],
  });
  const { codecs } = RTCRtpSender.getCapabilities('video')!;
  const first = codecs.filter(({ mimeType }) => mimeType === `video/${codec}`);
  picture.setCodecPreferences([...first, ...codecs.filter((other) => !first.includes(other))]);
  await connection.setLocalDescription();
  // All candidates belong into the one offer.
  while (connection.iceGatheringState !== 'complete') {
    await new Promise((resolve) =>
      connection.addEventListener('icegatheringstatechange', resolve, { once: true }),
    );
  }
  const response = await fetch('/api/whip', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' },
    body: connection.localDescription!.sdp,
  });
  const sdp = await response.text();
  if (response.status !== 201) throw new Error(sdp);
  await connection.setRemoteDescription({ type: 'answer', sdp });
  return sdp;
}

/** Runs in the page: resolves when the video has shown some more pictures. */
async function newPictures(video: Element): Promise<void> {
  for (let count = 0; count < 4; count += 1) {
    await new Promise((resolve) => (video as HTMLVideoElement).requestVideoFrameCallback(resolve));
  }
}

/** Runs in that page. */
async function sentCodec(): Promise<unknown> {
  const stats = await (globalThis as Publishing).connection.getStats();
  let codec: unknown;
  stats.forEach((one: Record<string, unknown>) => {
    if (one['type'] !== 'outbound-rtp' || one['kind'] !== 'video') return;
    codec = (stats.get(String(one['codecId'])) as Record<string, unknown> | undefined)?.['mimeType'];
  });
  return codec;
}
