/**
 * A station that challenges everyone: browser, media server, analyzer and back. The person in front of its camera sees what the
 * station asks for and does it; the server draws it by chance.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChallengeInstruction, Observation } from '#protocol/results.ts';
import type { Chromium } from '../support/chromium.ts';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { ffmpeg } from '../fixtures/ffmpeg.ts';
import { Obedient, OBEDIENT } from '../fixtures/obedient.ts';
import { clips } from '../fixtures/pictures.ts';
import { facesIn, Office, resultOf } from './office.ts';

/** The man in the clip never closes his eyes, so a challenge that asks for it times out and another one follows. */
const TRIES = { timeout: 200_000 };
const VGA = { width: 640, height: 480, fps: 15 };
const FPS = 20;

let office: Office;
let admin: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase(), {
    MUSTER_ENROLLMENT_BINS: '1',
    MUSTER_CHALLENGE: 'always',
    MUSTER_LIVENESS: 'off',
  });
  const desk = await office.browser(
    await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA }),
  );
  admin = await office.setUp(desk);
  await office.enroll(admin, { number: 'E-1', givenName: 'Alan', familyName: 'Adams' });
  await admin.goto('about:blank');
});
afterAll(() => office?.close());

describe('a station that challenges everyone', { timeout: 240_000 }, () => {
  it('the station shows the name only after the person completes the challenge', async () => {
    const browser = await office.browser();
    await obey(browser);
    // Between two movements the film stands still, as no person does: a kiosk would take it for a thing.
    const door = await office.device({
      admin,
      kind: 'station',
      name: 'Front door',
      camera: browser,
      wish: 'everyone',
    });
    await facesIn(door, 'challenge').first().waitFor();
    await door.locator('muster-challenge-card').first().waitFor();
    expect(await facesIn(door, 'recognized').count()).toBe(0);
    expect(await office.punches()).toEqual([]);
    await resultOf(door, 'Alan Adams').waitFor(TRIES);
    await facesIn(door, 'recognized').first().waitFor();
    expect(await office.punches()).toMatchObject([{ number: 'E-1', says: null, device: 'Front door' }]);
    const asked = await door.evaluate(() => (window as unknown as { asked: string[] }).asked);
    expect(asked.filter((act) => act !== 'look-straight').length).toBeGreaterThanOrEqual(2);
    await browser.close();
  });

  it('a still picture does not complete the challenge', async () => {
    const before = await office.punches();
    const still = await fakeCamera({ clip: 'cap12', from: 19.1, to: 19.2, seconds: 2, ...VGA });
    const door = await office.device({
      admin,
      kind: 'station',
      name: 'Back door',
      camera: still,
      wish: 'everyone',
    });
    await facesIn(door, 'challenge').first().waitFor();
    await facesIn(door, 'not-live').first().waitFor();
    expect(await door.locator('muster-result-card').count()).toBe(0);
    expect(await office.punches()).toEqual(before);
    await door.context().browser()!.close();
  });

  it('the page of decisions tells a quick check that was passed from one that failed, and says how far it came', async () => {
    const sentence = async (kind: string) => {
      await admin.goto(`${office.server.url}/decisions?kind=${kind}`);
      const decision = admin.locator('[data-test=decision]').first();
      await decision.getByText('Alan Adams').first().waitFor();
      return decision.locator('[data-test=sentence]').innerText();
    };
    expect(await sentence('challenge-passed')).toMatch(/The movements of the quick check were made\.$/);
    expect(await sentence('challenge-failed')).toMatch(/^\d of 2 movements of the quick check were made\./);
    await admin.locator('[data-test=decision] [data-test=why]').first().click();
    await admin.locator('[data-test=why-measures]').waitFor();
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});

/** Gives every page of this browser a camera with a person in front of it who follows the instructions. */
async function obey(browser: Chromium): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-obedient-'));
  const { from, to, clip } = OBEDIENT;
  const cut = `fps=${FPS},scale=640:480:flags=lanczos`;
  await ffmpeg([
    ...`-ss ${from} -t ${to - from} -i`.split(' '),
    clips[clip].file,
    ...`-an -vf ${cut} -q:v 2`.split(' '),
    path.join(folder, '%03d.jpg'),
  ]);
  const names = (await readdir(folder)).sort();
  const pictures = await Promise.all(names.map((name) => readFile(path.join(folder, name))));
  await rm(folder, { recursive: true });
  await browser.context.route('**/obedient/*.jpg', (route) => {
    const body = pictures[Number(/(\d+)\.jpg$/.exec(route.request().url())?.[1])]!;
    return route.fulfill({ body, contentType: 'image/jpeg' });
  });
  await browser.context.addInitScript({ content: `globalThis.Obedient = ${Obedient.toString()};` });
  await browser.context.addInitScript(act, { options: OBEDIENT, count: pictures.length, fps: FPS });
}

/** A Chromium interface that makes a video track from given frames. TypeScript's library does not declare it. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

/** Runs in the page, before the product's own scripts. */
function act({ options, count, fps }: { options: typeof OBEDIENT; count: number; fps: number }): void {
  // The blank page that the browser opens first has no camera.
  if (!window.isSecureContext) return;
  const Person = (globalThis as unknown as { Obedient: typeof Obedient }).Obedient;
  const asked: string[] = [];
  let now: ChallengeInstruction | undefined;
  Object.assign(window, { asked });
  navigator.mediaDevices.getUserMedia = async () => {
    const pictures = await Promise.all(
      Array.from({ length: count }, async (_, i) =>
        createImageBitmap(await (await fetch(`/obedient/${i}.jpg`)).blob()),
      ),
    );
    const person = new Person(options);
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    const frames = track.writable.getWriter();
    track.getSettings = () => ({ width: 640, height: 480, frameRate: fps });
    setInterval(() => {
      const at = performance.now();
      const moment = person.moment(at, now);
      const picture = pictures[Math.min(count - 1, Math.round((moment - options.from) * fps))]!;
      frames.write(new VideoFrame(picture, { timestamp: at * 1_000 })).catch(() => {});
    }, 1000 / fps);
    return new MediaStream([track]);
  };
  // oxlint-disable-next-line typescript/unbound-method -- called below with the connection it is called on
  const create = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function createDataChannel(
    this: RTCPeerConnection,
    label,
    init,
  ) {
    const channel = create.call(this, label, init);
    channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const { faces } = JSON.parse(data) as Partial<Observation>;
      if (!faces) return;
      now = faces.find(({ challenge }) => challenge)?.challenge?.act;
      if (now && now !== asked.at(-1)) asked.push(now);
    });
    return channel;
  };
}
