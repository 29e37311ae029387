/** A camera that is drawn in the page: a clip with the number of each frame in its pixels. Also measures the results. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { TIMECODE_BITS, TIMECODE_BLOCK } from '../../server/vision/timecode.ts';
import type { Chromium } from '../support/chromium.ts';

/** A Chromium interface that makes a video track from given frames. TypeScript's library does not declare it. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

export interface Sample {
  /** Epoch ms at which the result was received. */
  at: number;
  /** Time from drawing the frame to receiving its result, ms. */
  latency: number;
  recognized: boolean;
  /** The part of `ms` that was spent in the analyzer, from the arrival of the frame to its result. */
  analyzer: number;
}

/** Gives every page of this browser a camera that plays the clip with the frame number drawn into it. */
export async function publishDrawing(
  browser: Chromium,
  clip: string,
  { fps = 30, ...size }: { width: number; height: number; fps?: number },
) {
  const body = await readFile(clip);
  await browser.context.route('**/bench-clip.webm', (route) =>
    route.fulfill({ body, contentType: 'video/webm' }),
  );
  await browser.context.addInitScript(drawAndMeasure, {
    ...size,
    fps,
    bits: TIMECODE_BITS,
    block: TIMECODE_BLOCK,
  });
}

/** Runs in the page, before the product's own scripts. */
function drawAndMeasure(options: {
  width: number;
  height: number;
  fps: number;
  bits: number;
  block: number;
}): void {
  const { width, height, fps, bits, block } = options;
  const drawn = new Map<number, number>();
  /** The same by the clock of the machine, epoch ms. */
  const drawnAt = new Map<number, number>();
  const samples: Sample[] = [];
  Object.assign(window, { latencySamples: samples, drawnAt });

  const camera = async (): Promise<MediaStream> => {
    const video = document.createElement('video');
    const clip = await fetch('/bench-clip.webm');
    video.src = URL.createObjectURL(await clip.blob());
    Object.assign(video, { muted: true, loop: true });
    await video.play();
    const canvas = new OffscreenCanvas(width, height);
    // The pixels are read back for every frame, so the canvas must not be on the (emulated) graphics processor.
    const paint = canvas.getContext('2d', { willReadFrequently: true, alpha: false })!;
    // A camera's frames carry the moment of their capture; those of a captured canvas wait for the next repaint.
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    const frames = track.writable.getWriter();
    track.getSettings = () => ({ width, height, frameRate: fps });
    const side = width * block;
    let code = 0;
    setInterval(() => {
      code = (code + 1) % 2 ** bits;
      paint.drawImage(video, 0, 0, width, height);
      for (let bit = 0; bit < bits; bit += 1) {
        paint.fillStyle = (code >> bit) & 1 ? '#fff' : '#000';
        paint.fillRect(bit * side, 0, side, side);
      }
      const now = performance.now();
      drawn.set(code, now);
      drawnAt.set(code, Date.now());
      frames.write(new VideoFrame(canvas, { timestamp: now * 1_000 })).catch(() => {});
    }, 1000 / fps);
    const stream = new MediaStream([track]);
    return stream;
  };
  navigator.mediaDevices.getUserMedia = camera;

  // oxlint-disable-next-line typescript/unbound-method -- called below with the connection it is called on
  const create = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function createDataChannel(
    this: RTCPeerConnection,
    label,
    init,
  ) {
    const channel = create.call(this, label, init);
    channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const now = performance.now();
      const message = JSON.parse(data) as {
        timecode?: number;
        faces?: { state: string }[];
        timings?: { wait: number; total: number };
      };
      const at = message.timecode === undefined ? undefined : drawn.get(message.timecode);
      if (at === undefined || !message.timings) return;
      samples.push({
        at: performance.timeOrigin + now,
        latency: now - at,
        recognized: message.faces?.some(({ state }) => state === 'recognized') ?? false,
        analyzer: message.timings.wait + message.timings.total,
      });
    });
    return channel;
  };
}

/** Everything that was measured in this page so far. */
export function samplesOf(page: Page): Promise<Sample[]> {
  return page.evaluate(() => (window as unknown as { latencySamples: Sample[] }).latencySamples);
}

/** When each number was drawn last in this page, epoch ms. */
export async function drawnIn(page: Page): Promise<Map<number, number>> {
  return new Map(
    await page.evaluate(() => [...(window as unknown as { drawnAt: Map<number, number> }).drawnAt]),
  );
}
