/**
 * Stations that ask for movements: browser, media server, analyzer and back. The person in front of the camera sees what the
 * station asks for and does it; the server draws it by chance. A photograph of the person that somebody holds up does not.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChallengeInstruction, Observation } from '#protocol/results.ts';
import type { Chromium } from '../support/chromium.ts';
import { createTestDatabase } from '../support/database.ts';
import { DEFAULT_CHALLENGE } from '../support/muster-server.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { ffmpeg } from '../fixtures/ffmpeg.ts';
import { Obedient, OBEDIENT } from '../fixtures/obedient.ts';
import { clips } from '../fixtures/pictures.ts';
import { swungPrintCamera } from '../fixtures/swung-print.ts';
import { facesIn, fill, Office, OFFICE_PASSWORD, resultOf, signInAt } from './office.ts';

/** The man in the clip never closes his eyes, so a challenge that asks for it times out and another one follows. */
const TRIES = { timeout: 200_000 };
const VGA = { width: 640, height: 480, fps: 15 };
const FPS = 20;

let office: Office;
let admin: Page;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase(), {
    MUSTER_ENROLLMENT_BINS: '1',
    ...DEFAULT_CHALLENGE,
    MUSTER_LIVENESS: 'off',
    MUSTER_MIN_GAP_SECONDS: '0',
  });
  const desk = await office.browser(
    await fakeCamera({ clip: 'cap12', from: 19, to: 31, boomerang: true, ...VGA }),
  );
  admin = await office.setUp(desk);
  await office.enroll(admin, { number: 'E-1', givenName: 'Alan', familyName: 'Adams' });
  await admin.goto('about:blank');
});
afterAll(() => office?.close());

describe('a station as it is set up', { timeout: 240_000 }, () => {
  it('a photograph that is held up gets nowhere, and the person right after it is asked for one movement at most', async () => {
    const browser = await office.browser();
    await obey(browser, 'photograph');
    const door = await stationAt('Back door', browser);
    await facesIn(door, 'challenge').first().waitFor();
    await facesIn(door, 'not-live').first().waitFor();
    expect(await facesIn(door, 'recognized').count()).toBe(0);
    expect(await door.locator('muster-result-card').count()).toBe(0);
    expect(await office.punches()).toEqual([]);
    await present(door, 'nobody');
    await door.locator('[data-test=face]').first().waitFor({ state: 'detached' });
    const before = (await movementsAsked(door)).length;
    await present(door, 'person');
    await resultOf(door, 'Alan Adams').waitFor();
    expect(await office.punches()).toMatchObject([{ number: 'E-1', device: 'Back door' }]);
    expect((await movementsAsked(door)).slice(before).length).toBeLessThanOrEqual(1);
    await browser.close();
  });
});

describe('an enrollment', { timeout: 240_000 }, () => {
  it('a print that is turned in a circle fills the ring, and nobody is enrolled from it', async () => {
    const print = await swungPrintCamera({ bend: 0, angle: 55, seconds: 14, fps: 15 });
    const desk = await office.browser(print);
    const { url } = office.server;
    const page = await signInAt(desk, url, { username: 'ada', password: OFFICE_PASSWORD });
    await page.goto(`${url}/enroll`);
    await fill(page, { number: 'E-2', givenName: 'Paula', familyName: 'Print' });
    await page.locator('[data-test=person-form] [data-test=next]').click();
    await page.locator('[data-test=consent]').click();
    await page.locator('[data-test=consent-form] [data-test=next]').click();
    await page.locator('[data-test=flat]').waitFor();
    expect(await page.locator('muster-capture-step').getAttribute('data-acceptable')).toBe('false');
    if (process.env['SHOTS']) await page.screenshot({ path: `${process.env['SHOTS']}/flat.png` });
    await page.locator('[data-test=cancel]').click();
    const acts = async () => {
      const reply = await page.request.get(`${url}/api/v1/audit?limit=20`);
      const { events } = (await reply.json()) as { events: { act: string }[] };
      return events.map(({ act }) => act);
    };
    await expect.poll(acts).toContain('enrollment.flat');
    const people = await page.request.get(`${url}/api/v1/people?enrolled=true`);
    expect(((await people.json()) as { people: unknown[] }).people).toHaveLength(1);
    await desk.close();
  });
});

describe('a station that challenges everyone', { timeout: 240_000 }, () => {
  it('the station shows the name only after the person completes the challenge', async () => {
    const before = await office.punches();
    await office.change(admin, { MUSTER_CHALLENGE: 'always' });
    const browser = await office.browser();
    await obey(browser, 'person');
    const door = await stationAt('Front door', browser);
    await facesIn(door, 'challenge').first().waitFor();
    await door.locator('muster-challenge-card').first().waitFor();
    expect(await facesIn(door, 'recognized').count()).toBe(0);
    expect(await office.punches()).toEqual(before);
    await resultOf(door, 'Alan Adams').waitFor(TRIES);
    await facesIn(door, 'recognized').first().waitFor();
    const punches = await office.punches();
    expect(punches.slice(before.length)).toMatchObject([{ number: 'E-1', says: null, device: 'Front door' }]);
    expect((await movementsAsked(door)).length).toBeGreaterThanOrEqual(2);
    await browser.close();
  });

  it('the page of decisions tells a quick check that was passed from one that failed, and says how far it came', async () => {
    const sentence = async (kind: string) => {
      await admin.goto(`${office.server.url}/decisions?kind=${kind}`);
      const decision = admin.locator('[data-test=decision]').first();
      await decision.getByText('Alan Adams').first().waitFor();
      return decision.locator('[data-test=sentence]').innerText();
    };
    expect(await sentence('challenge-passed')).toMatch(/The movements of the quick check were made\.$/);
    expect(await sentence('challenge-failed')).toMatch(
      /^\d of [12] movements of the quick check were made\./,
    );
    await admin.locator('[data-test=decision] [data-test=why]').first().click();
    await admin.locator('[data-test=why-measures]').waitFor();
  });

  it('no page had an uncaught error', () => {
    expect(office.faults).toEqual([]);
  });
});

/** Between two movements the film stands still, as no person does: a kiosk would take it for a thing. */
function stationAt(name: string, browser: Chromium): Promise<Page> {
  return office.device({ admin, kind: 'station', name, camera: browser, wish: 'everyone' });
}

/** What is before the camera of a page that `obey` gave one. */
type Before = 'person' | 'photograph' | 'nobody';

type Played = Window & { asked: string[]; before: Before };

async function present(page: Page, before: Before): Promise<void> {
  await page.evaluate((next) => {
    (window as unknown as Played).before = next;
  }, before);
}

/** Of the station, in turn. To look straight is none. */
async function movementsAsked(page: Page): Promise<string[]> {
  const asked = await page.evaluate(() => (window as unknown as Played).asked);
  return asked.filter((movement) => movement !== 'look-straight');
}

/** Gives every page of this browser a camera with a person in front of it who follows the instructions, or a photograph. */
async function obey(browser: Chromium, before: Before): Promise<void> {
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
  await browser.context.addInitScript(act, { options: OBEDIENT, count: pictures.length, fps: FPS, before });
}

/** A Chromium interface that makes a video track from given frames. TypeScript's library does not declare it. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

/** Runs in the page, before the product's own scripts. */
function act({
  options,
  count,
  fps,
  before,
}: {
  options: typeof OBEDIENT;
  count: number;
  fps: number;
  before: Before;
}): void {
  // The blank page that the browser opens first has no camera.
  if (!window.isSecureContext) return;
  const Person = (globalThis as unknown as { Obedient: typeof Obedient }).Obedient;
  const asked: string[] = [];
  let now: ChallengeInstruction | undefined;
  const played = Object.assign(window, { asked, before });
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
    const pictureAt = (moment: number) =>
      pictures[Math.min(count - 1, Math.round((moment - options.from) * fps))]!;
    const scene = new OffscreenCanvas(640, 480);
    const paint = scene.getContext('2d')!;
    /** In a hand that trembles and tires. */
    const held = (at: number) => {
      const wave = (period: number, size: number) => size * Math.sin((2 * Math.PI * at) / period);
      paint.resetTransform();
      paint.fillStyle = '#777';
      paint.fillRect(0, 0, 640, 480);
      if (played.before === 'nobody') return scene;
      paint.translate(320 + wave(2_900, 9) + wave(190, 1.5), 240 + wave(2_300, 7) + wave(230, 1.5));
      paint.rotate(wave(3_700, 0.03) + wave(210, 0.004));
      paint.scale(0.95 + wave(4_100, 0.03), 0.95 + wave(3_300, 0.03));
      paint.drawImage(pictureAt(options.front), -320, -240);
      return scene;
    };
    setInterval(() => {
      const at = performance.now();
      const picture = played.before === 'person' ? pictureAt(person.moment(at, now)) : held(at);
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
