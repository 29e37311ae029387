/** The camera of a door: a page draws whoever stands there, or an empty corridor, and says what the server tells it. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { EventMessage, ResultMessage } from '#protocol/results.ts';
import type { Chromium } from '../../support/chromium.ts';

declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

export interface DoorCameraOptions {
  /** Films of the people who may stand there, WebM. */
  films: Record<string, string>;
  width: number;
  height: number;
  fps: number;
  /** The media port of the server, and the port at which the door is to reach it. */
  via?: { server: number; relay: number };
  /** Every event, and every result with a recognized face. */
  onHeard: (message: EventMessage | ResultMessage) => void;
}

/** Before the first page of this browser is opened. */
export async function giveDoorCamera(browser: Chromium, options: DoorCameraOptions): Promise<void> {
  const { films, onHeard, ...rest } = options;
  const loaded = await Promise.all(
    Object.entries(films).map(
      async ([who, file]) => [who, (await readFile(file)).toString('base64')] as const,
    ),
  );
  await browser.context.exposeFunction('benchHeard', (text: string) =>
    onHeard(JSON.parse(text) as EventMessage | ResultMessage),
  );
  await browser.context.addInitScript(drawAndListen, { ...rest, films: Object.fromEntries(loaded) });
}

type Door = Window & { benchDoor: { who: string | null } };

/** Lets somebody stand there; null for nobody. */
export async function letStand(page: Page, who: string | null): Promise<void> {
  await page.evaluate((next) => {
    (window as unknown as Door).benchDoor.who = next;
  }, who);
}

/** Runs in the page, before the product's own scripts. */
function drawAndListen(options: {
  films: Record<string, string>;
  width: number;
  height: number;
  fps: number;
  via?: { server: number; relay: number };
}): void {
  // An empty page has no cameras.
  if (!('mediaDevices' in navigator)) return;
  const { films, width, height, fps, via } = options;
  /** How far people sway to each side, as a fraction of the picture, and for how long, ms a radian. */
  const MARGIN = 0.04;
  const SWAY = 600;
  const door: { who: string | null } = { who: null };
  const { benchHeard } = window as unknown as { benchHeard: (text: string) => Promise<void> };
  Object.assign(window, { benchDoor: door });

  const videos = new Map<string, HTMLVideoElement>();
  const videoOf = (who: string) => {
    let video = videos.get(who);
    if (!video) {
      const bytes = Uint8Array.from(atob(films[who] ?? ''), (c) => c.charCodeAt(0));
      video = document.createElement('video');
      video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/webm' }));
      Object.assign(video, { muted: true, loop: true });
      videos.set(who, video);
    }
    return video;
  };
  for (const who of Object.keys(films)) void videoOf(who).play();

  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = new OffscreenCanvas(width, height);
    const paint = canvas.getContext('2d', { willReadFrequently: true, alpha: false })!;
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    const frames = track.writable.getWriter();
    track.getSettings = () => ({ width, height, frameRate: fps });
    let count = 0;
    const timer = setInterval(() => {
      if (track.readyState === 'ended') return clearInterval(timer);
      // A busy page leaves pictures out, as a camera does; they must not queue up.
      if ((frames.desiredSize ?? 0) <= 0) return;
      count += 1;
      if (door.who === null) {
        paint.fillStyle = `hsl(${count % 360} 20% 55%)`;
        paint.fillRect(0, 0, width, height);
        paint.fillStyle = '#777';
        paint.fillRect((count * 7) % width, height / 2, 40, 40);
      } else {
        // Nobody stands as still as a picture, which does not count: a film alone may not move enough.
        const sway = MARGIN * Math.sin(performance.now() / SWAY);
        const edge = (side: number) => -side * MARGIN;
        paint.drawImage(
          videoOf(door.who),
          edge(width) + sway * width,
          edge(height),
          width * (1 + 2 * MARGIN),
          height * (1 + 2 * MARGIN),
        );
      }
      const frame = new VideoFrame(canvas, { timestamp: performance.now() * 1_000 });
      // A camera that the page has closed takes no more pictures.
      frames.write(frame).catch(() => clearInterval(timer));
    }, 1_000 / fps);
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
      if (data.includes('"attendance"') || data.includes('"recognized"')) void benchHeard(data);
    });
    return channel;
  };

  if (!via) return;
  // oxlint-disable-next-line typescript/unbound-method -- called below with the connection it is called on
  const describe = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function setRemoteDescription(
    this: RTCPeerConnection,
    description: RTCSessionDescriptionInit,
  ) {
    // Of the ways to the server, the relay is the only one.
    const lines = description.sdp?.split('\r\n').filter((line) => !/^a=candidate:.* tcp /i.test(line)) ?? [];
    const sdp = lines
      .map((line) =>
        line.startsWith('a=candidate:') ? line.replace(` ${via.server} typ`, ` ${via.relay} typ`) : line,
      )
      .join('\r\n');
    return Reflect.apply(describe, this, [{ ...description, sdp }]) as Promise<void>;
  };
}
