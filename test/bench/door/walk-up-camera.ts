/** A camera before which people walk up: from far and small to near, in front of a quiet wall. Notes when the station knows them. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { AttendanceEvent, Observation } from '#protocol/results.ts';
import type { Chromium } from '../../support/chromium.ts';

declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

export interface WalkUpOptions {
  /** Films of the people, WebM, by person ID. Each shows one person from the chest up. */
  films: Record<string, string>;
  width: number;
  height: number;
  fps: number;
  /** Distance at which they come into view, and at which they stop, meters. */
  far: number;
  near: number;
  /** Meters per second. */
  speed: number;
}

/** Ms from the first picture that shows the whole face; null where it did not happen. */
export interface Passing {
  personId: string;
  /** Until the result with the name was received. */
  name: number | null;
  /** Until the result with the punch was received. */
  punch: number | null;
  /** Until its card was painted. */
  card: number | null;
  /** Whether any face was asked for a movement meanwhile. */
  challenged: boolean;
}

/** Before the first page of this browser is opened. */
export async function giveWalkUpCamera(browser: Chromium, { films, ...rest }: WalkUpOptions): Promise<void> {
  const loaded = await Promise.all(
    Object.entries(films).map(
      async ([who, file]) => [who, (await readFile(file)).toString('base64')] as const,
    ),
  );
  await browser.context.addInitScript(drawAndTime, { ...rest, films: Object.fromEntries(loaded) });
}

interface WalkUp {
  begin: (people: readonly string[]) => void;
  end: () => Passing[];
  done: () => boolean;
}

/**
 * Lets these people walk up beside each other, and leave once each of them has a card, or after `patience` ms.
 *
 * @returns one passing a person
 */
export async function walkUp(page: Page, people: readonly string[], patience: number): Promise<Passing[]> {
  return page.evaluate(
    async ({ who, most }) => {
      const { benchWalk } = window as unknown as { benchWalk: WalkUp };
      const begun = performance.now();
      benchWalk.begin(who);
      while (!benchWalk.done() && performance.now() - begun < most) {
        await new Promise((resolve) => {
          setTimeout(resolve, 50);
        });
      }
      return benchWalk.end();
    },
    { who: people, most: patience },
  );
}

/** Runs in the page, before the product's own scripts. */
function drawAndTime(options: WalkUpOptions): void {
  // An empty page has no cameras.
  if (!('mediaDevices' in navigator)) return;
  const { films, width, height, fps, far, near, speed } = options;
  /** How far the head moves with each step, as a fraction of the film; steps per second. */
  const BOB = 0.012;
  const STEPS = 1.9;
  let standing: readonly string[] = [];
  let since = 0;
  let whole: number | null = null;
  let passings = new Map<string, Passing>();

  const videos = new Map<string, HTMLVideoElement>();
  for (const [who, film] of Object.entries(films)) {
    const video = document.createElement('video');
    const bytes = Uint8Array.from(atob(film), (c) => c.charCodeAt(0));
    video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/webm' }));
    Object.assign(video, { muted: true, loop: true });
    videos.set(who, video);
    void video.play();
  }

  const walk = {
    begin(people: readonly string[]) {
      since = performance.now();
      whole = null;
      passings = new Map(
        people.map((personId) => [
          personId,
          { personId, name: null, punch: null, card: null, challenged: false },
        ]),
      );
      standing = people;
    },
    done: () => [...passings.values()].every(({ card }) => card !== null),
    end() {
      standing = [];
      const ended = [...passings.values()];
      passings = new Map();
      return ended;
    },
  } satisfies WalkUp;
  Object.assign(window, { benchWalk: walk });

  const note = (personId: string, what: 'name' | 'punch' | 'card') => {
    const passing = passings.get(personId);
    if (passing && whole !== null) passing[what] ??= performance.now() - whole;
  };

  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = new OffscreenCanvas(width, height);
    const paint = canvas.getContext('2d', { willReadFrequently: true, alpha: false })!;
    // A person is drawn apart first, with edges that fade into the wall.
    const layer = new OffscreenCanvas(width, height);
    const cut = layer.getContext('2d', { willReadFrequently: true })!;
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    const frames = track.writable.getWriter();
    track.getSettings = () => ({ width, height, frameRate: fps });
    let count = 0;

    const draw = (who: string, place: number, of: number, now: number) => {
      const video = videos.get(who)!;
      const walked = Math.min(far - near, ((now - since) / 1000) * speed);
      const scale = near / (far - walked);
      const bob = walked < far - near ? BOB * Math.sin((Math.PI * STEPS * 2 * (now - since)) / 1000) : 0;
      const share = width / of;
      // As large as the picture allows when near: two people and more stand closer together than their films are wide.
      const tall = scale * Math.min(height, share * 1.15);
      const wide = (tall * video.videoWidth) / video.videoHeight;
      const x = share * (place + 0.5) - wide / 2;
      const y = height * 0.42 - tall * (0.42 - bob);
      cut.globalCompositeOperation = 'copy';
      cut.drawImage(video, x, y, wide, tall);
      cut.globalCompositeOperation = 'destination-in';
      const [cx, cy] = [x + wide / 2, y + tall / 2];
      cut.setTransform(Math.min(1, (share / wide) * 1.05), 0, 0, 1, cx, cy);
      const fade = cut.createRadialGradient(0, 0, 0, 0, 0, tall * 0.62);
      fade.addColorStop(0.75, '#000');
      fade.addColorStop(1, 'transparent');
      cut.fillStyle = fade;
      cut.fillRect(-width, -height, 2 * width, 2 * height);
      cut.setTransform(1, 0, 0, 1, 0, 0);
      paint.drawImage(layer, 0, 0);
    };

    const timer = setInterval(() => {
      if (track.readyState === 'ended') return clearInterval(timer);
      // A busy page leaves pictures out, as a camera does; they must not queue up.
      if ((frames.desiredSize ?? 0) <= 0) return;
      count += 1;
      const now = performance.now();
      paint.fillStyle = '#8d8a86';
      paint.fillRect(0, 0, width, height);
      // A clock on the wall: a camera that films nothing but one color counts as blind.
      paint.fillStyle = `hsl(${count % 360} 20% 45%)`;
      paint.fillRect(0, 0, width, height / 12);
      for (const [place, who] of standing.entries()) draw(who, place, standing.length, now);
      if (standing.length > 0) whole ??= now;
      const frame = new VideoFrame(canvas, { timestamp: now * 1_000 });
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
      const message = JSON.parse(data) as Observation | AttendanceEvent;
      if (message.type === 'attendance') note(message.person.id, 'punch');
      if (message.type !== 'observation') return;
      for (const { state, personId } of message.faces) {
        if (state === 'recognized' && personId !== undefined) note(personId, 'name');
        if (state === 'challenge') for (const passing of passings.values()) passing.challenged = true;
      }
    });
    return channel;
  };

  // oxlint-disable-next-line typescript/unbound-method -- called below with the registry it is called on
  const define = customElements.define;
  customElements.define = function defineTimed(this: CustomElementRegistry, name, element, extra) {
    if (name === 'muster-result-card') {
      class Timed extends (element as unknown as new () => HTMLElement & {
        event?: AttendanceEvent;
        connectedCallback(): void;
      }) {
        override connectedCallback() {
          super.connectedCallback();
          const { event } = this;
          // The picture after the next one shows the card.
          if (event) requestAnimationFrame(() => requestAnimationFrame(() => note(event.person.id, 'card')));
        }
      }
      return Reflect.apply(define, this, [name, Timed, extra]) as undefined;
    }
    return Reflect.apply(define, this, [name, element, extra]) as undefined;
  };
}
