/** A camera with a person in front of it who follows the instructions of the page, or with a photograph of that person. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { ChallengeInstruction, EnrollmentProgress, Observation } from '#protocol/results.ts';
import { ffmpeg } from '../fixtures/ffmpeg.ts';
import { Obedient, OBEDIENT } from '../fixtures/obedient.ts';
import { clips } from '../fixtures/pictures.ts';
import type { Chromium } from '../support/chromium.ts';

const FPS = 20;

/** What is before the camera of a page that `obey` gave one. */
type Before = 'person' | 'photograph' | 'nobody';

type Played = Window & { asked: string[]; before: Before };

export async function present(page: Page, before: Before): Promise<void> {
  await page.evaluate((next) => {
    (window as unknown as Played).before = next;
  }, before);
}

/** Of the station, in turn. To look straight is none. */
export async function movementsAsked(page: Page): Promise<string[]> {
  const asked = await page.evaluate(() => (window as unknown as Played).asked);
  return asked.filter((movement) => movement !== 'look-straight');
}

/** Gives every page of this browser a camera with a person in front of it who follows the instructions, or a photograph. */
export async function obey(browser: Chromium, before: Before): Promise<void> {
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
      const { faces, instruction } = JSON.parse(data) as Partial<
        Pick<Observation, 'faces'> & Pick<EnrollmentProgress, 'instruction'>
      >;
      if (!faces && !instruction) return;
      now =
        faces?.find(({ challenge }) => challenge)?.challenge?.act ?? (instruction as ChallengeInstruction);
      if (now && now !== asked.at(-1)) asked.push(now);
    });
    return channel;
  };
}
