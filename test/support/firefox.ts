/** A real Firefox as Debian keeps it, driven by WebDriver BiDi. Its cameras play files. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, type BrowserContext, firefox, type Page } from 'playwright-core';
import { programPath } from './programs.ts';

const RELAY = path.join(import.meta.dirname, 'firefox-relay.mjs');

/** Only these differ from what a user starts. */
const PREFERENCES = {
  // There is no camera in a test, and nobody who could allow it: Firefox makes one that shows a changing color.
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
};

export class Firefox {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<Firefox> {
    const browser = await firefox.launch({
      channel: 'moz-firefox',
      executablePath: RELAY,
      env: { ...process.env, FIREFOX_BIN: programPath('firefox-esr') },
      firefoxUserPrefs: PREFERENCES,
    });
    return new Firefox(browser);
  }

  /**
   * A window with cookies and storage of its own.
   * @param camera a WebM file that its cameras play in a loop; by default they show Firefox's test picture
   */
  async window({ camera, size = { width: 1280, height: 800 } }: WindowOptions = {}): Promise<FirefoxWindow> {
    const context = await this.#browser.newContext({ viewport: size, locale: 'en-US' });
    if (camera !== undefined) {
      await context.addInitScript(playAsCamera, (await readFile(camera)).toString('base64'));
    }
    return new FirefoxWindow(context);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

interface WindowOptions {
  camera?: string;
  size?: { width: number; height: number };
}

export class FirefoxWindow {
  readonly context: BrowserContext;

  constructor(context: BrowserContext) {
    this.context = context;
  }

  async open(url: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(url);
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/**
 * Runs in the page. Firefox plays no file as its camera, so the pictures are replaced, and nothing else: the page's request
 * goes to the real `getUserMedia` first, and a track of the clip is what real Firefox then encodes and sends.
 */
function playAsCamera(base64: string): void {
  // An empty page has no cameras.
  if (!('mediaDevices' in navigator)) return;
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const replaced = await ask(constraints);
    for (const track of replaced.getTracks()) track.stop();
    const video = document.createElement('video');
    video.muted = true;
    video.loop = true;
    video.src = URL.createObjectURL(
      new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type: 'video/webm' }),
    );
    await video.play();
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    const paint = canvas.getContext('2d')!;
    const stream = canvas.captureStream();
    const [track] = stream.getVideoTracks();
    const draw = () => {
      if (track!.readyState === 'ended') {
        video.pause();
        return;
      }
      paint.drawImage(video, 0, 0);
      video.requestVideoFrameCallback(draw);
    };
    draw();
    return stream;
  };
}
