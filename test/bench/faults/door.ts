/** A station in a browser of its own: who stands before it, and what it says. */
import type { Page } from 'playwright-core';
import type { EventMessage, ResultMessage } from '#protocol/results.ts';
import type { Office } from '../../e2e/office.ts';
import type { Chromium } from '../../support/chromium.ts';
import { type DoorCameraOptions, giveDoorCamera, letStand } from './door-camera.ts';
import type { Card, Passing, ShownName } from './ledger.ts';

export interface DoorOptions extends Omit<DoorCameraOptions, 'onHeard'> {
  office: Office;
  /** A signed-in page. */
  admin: Page;
  name: string;
  /** Where the door opens the server. */
  url: string;
  /** How long it waits for its page, ms. */
  patience: number;
}

/** The same name within this time is one, ms: results come several times a second. */
const SAME_NAME = 500;

export class Door {
  readonly cards: Card[] = [];
  readonly names: ShownName[] = [];
  readonly #browser: Chromium;
  #page: Page | null = null;
  #deviceId = '';
  #standing: Passing | null = null;
  #recognizedAt: number | null = null;

  constructor(browser: Chromium) {
    this.#browser = browser;
  }

  async open({ office, admin, name, url, patience, ...camera }: DoorOptions): Promise<void> {
    const { films, width, height, fps, via } = camera;
    const onHeard = (message: EventMessage | ResultMessage) => this.#hear(message);
    await giveDoorCamera(this.#browser, { films, width, height, fps, ...(via && { via }), onHeard });
    this.#browser.context.setDefaultTimeout(Number.isFinite(patience) ? patience : 0);
    this.#page = await office.device({ admin, kind: 'station', name, camera: this.#browser, url });
    const station = this.#page.locator('muster-station[data-connection=live]');
    await station.waitFor();
    this.#deviceId = (await station.getAttribute('data-camera')) ?? '';
  }

  get deviceId(): string {
    return this.#deviceId;
  }

  get page(): Page {
    if (!this.#page) throw new Error('the door is not open');
    return this.#page;
  }

  /** When it first recognized who stands there now, by the clock of the machine. */
  get recognizedAt(): number | null {
    return this.#recognizedAt;
  }

  async stand(personId: string, passings: Passing[]): Promise<void> {
    const from = Date.now();
    await this.#leave(personId);
    this.#standing = { personId, deviceId: this.#deviceId, from, to: Infinity };
    passings.push(this.#standing);
  }

  async leave(): Promise<void> {
    await this.#leave(null);
  }

  /** Somebody types a PIN while the server is away, and is told that it is kept. */
  async typePin(
    { personId, number, pin }: { personId: string; number: string; pin: string },
    passings: Passing[],
  ) {
    const { page } = this;
    const keys = async (text: string) => {
      for (const key of text) await page.keyboard.press(key);
    };
    await page.locator('[data-test=offline][data-away=true]').waitFor();
    const passing = { personId, deviceId: this.#deviceId, from: Date.now(), to: Infinity };
    passings.push(passing);
    await page.locator('[data-test=pass]').click();
    await keys(number);
    await page.keyboard.press('Enter');
    await keys(pin);
    await page.locator('[data-test=offline]:not([data-waiting="0"])').waitFor();
    passing.to = Date.now();
    this.names.push({ personId, deviceId: this.#deviceId, heard: passing.to });
  }

  /** The station has no kept punches. */
  async holdsNothing(): Promise<void> {
    await this.page.locator('muster-station[data-connection=live]').waitFor();
    await this.page.waitForFunction(
      () => document.querySelector('[data-test=offline][data-waiting]:not([data-waiting="0"])') === null,
    );
  }

  async #leave(next: string | null): Promise<void> {
    await letStand(this.page, next);
    if (this.#standing) this.#standing.to = Date.now();
    this.#standing = null;
    this.#recognizedAt = null;
  }

  #hear(message: EventMessage | ResultMessage): void {
    const heard = Date.now();
    if (message.type === 'attendance') {
      const { id, camera: deviceId, person, result, at } = message;
      this.cards.push({ id, personId: person.id, deviceId, result, at: Date.parse(at) });
      return;
    }
    if (message.type !== 'observation') return;
    for (const { state, personId } of message.faces) {
      if (state !== 'recognized' || personId === undefined) continue;
      if (this.#standing?.personId === personId) this.#recognizedAt ??= heard;
      const last = this.names.findLast((name) => name.personId === personId);
      if (last && heard - last.heard < SAME_NAME) continue;
      this.names.push({ personId, deviceId: message.camera, heard });
    }
  }
}
