/** A real Chromium whose camera plays a file. */
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';

export interface ChromiumOptions {
  /** A .mjpeg or .y4m file that Chromium plays in a loop as its camera. */
  camera?: string;
  /** How many cameras there are, without a file: each shows a test picture. The default is 1. */
  cameras?: number;
  size?: { width: number; height: number };
  /** Pixels of the screen for each pixel of the page. The default is 1. */
  density?: number;
  /** The language of the browser. The default is American English. */
  locale?: string;
  /** IANA name. The default is the time zone of the system. */
  timeZone?: string;
}

/** The browser that the set-up found: the test and bench scripts set `CHROMIUM_BIN`. */
export const chromiumProgram = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium';

export class Chromium {
  readonly #browser: Browser;
  readonly context: BrowserContext;
  readonly #errors: string[] = [];

  private constructor(browser: Browser, context: BrowserContext) {
    this.#browser = browser;
    this.context = context;
    context.on('weberror', (error) => this.#errors.push(error.error().message));
  }

  static async launch({
    camera,
    cameras = 1,
    size = { width: 1280, height: 800 },
    density = 1,
    locale = 'en-US',
    timeZone,
  }: ChromiumOptions = {}): Promise<Chromium> {
    const browser = await chromium.launch({
      executablePath: chromiumProgram,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--autoplay-policy=no-user-gesture-required',
        '--use-fake-ui-for-media-stream',
        `--use-fake-device-for-media-stream=device-count=${cameras}`,
        ...(camera ? [`--use-file-for-fake-video-capture=${camera}`] : []),
      ],
    });
    const context = await browser.newContext({
      viewport: size,
      deviceScaleFactor: density,
      permissions: ['camera'],
      locale,
      // A quarter of what a test of the whole costs is the drawing of transitions, without a graphics card.
      reducedMotion: 'reduce',
      ...(timeZone === undefined ? {} : { timezoneId: timeZone }),
    });
    return new Chromium(browser, context);
  }

  /** Uncaught errors of every page so far. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  async open(url: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(url);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
