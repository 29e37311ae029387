/** Shows presentations to a station one after another, and records its decision on each. */
import type { Cookie, Page } from 'playwright-core';
import type { Observation } from '#protocol/results.ts';
import type { Chromium } from '../../support/chromium.ts';
import type { Office, Visitor } from '../../e2e/office.ts';
import { fill } from '../../e2e/office.ts';
import type { Outcome } from './rates.ts';

/** Time limit for a decision without a challenge, from the first face found, ms. */
const WINDOW = 6_000;
/** The same with a challenge, ms. */
const CHALLENGED = 24_000;
/** Time limit for finding the first face, ms. */
const PATIENCE = 15_000;

export interface Shown {
  outcome: Outcome;
  /** Time from the first face to the decision, ms; null where there was no decision. */
  took: number | null;
  /** The states of the faces in view, in order, without consecutive repetitions. */
  states: string[];
}

/** The most decisive state in one observation: `recognized` if any face has it, else `not-live`, else another state. */
interface Look {
  at: number;
  state: string;
}

/** The cookies that make a browser the station. */
export type Pairing = Cookie[];

/** Pairs a station once, since how often an address may pair is limited. */
export async function pair(office: Office, admin: Page): Promise<Pairing> {
  const browser = await office.browser();
  // What is measured is whether a picture is told from a person, not whether a face that hangs still is left out.
  const page = await office.device({
    admin,
    kind: 'station',
    name: 'Bench',
    camera: browser,
    wish: 'everyone',
  });
  await page.locator('[data-test=state]').waitFor();
  const cookies = await browser.context.cookies();
  await browser.close();
  return cookies;
}

/**
 * Shows the camera file to the station until the station recognizes the face, or the time is up. A face that was
 * recognized once counts as let in, whatever its states before and after.
 */
export async function show(
  office: Office,
  { pairing, camera, challenged }: { pairing: Pairing; camera: string; challenged: boolean },
): Promise<Shown> {
  const browser = await office.browser(camera);
  try {
    await browser.context.addInitScript(keepLooks);
    await browser.context.addCookies(pairing);
    const page = await browser.open(`${office.server.url}/station`);
    const looks = await page.evaluate(watch, {
      window: challenged ? CHALLENGED : WINDOW,
      patience: PATIENCE,
      // A failed challenge ends the presentation too: otherwise more challenges would follow until the time is up.
      last: challenged ? ['recognized', 'not-live'] : ['recognized'],
    });
    return judge(looks);
  } finally {
    await browser.close();
  }
}

function judge(looks: readonly Look[]): Shown {
  const states = looks.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]);
  const first = (state: string) => looks.find((look) => look.state === state);
  const live = first('recognized');
  const decided = live ?? first('not-live');
  return {
    outcome: live ? 'live' : decided ? 'attack' : 'silent',
    took: decided ? decided.at - looks[0]!.at : null,
    states,
  };
}

/** Runs in the page, before the scripts of the product: records the most decisive state of each observation. */
function keepLooks(): void {
  const looks: Look[] = [];
  Object.assign(window, { padLooks: looks });
  // oxlint-disable-next-line typescript/unbound-method -- called below with the connection it is called on
  const create = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function createDataChannel(
    this: RTCPeerConnection,
    label,
    init,
  ) {
    const channel = create.call(this, label, init);
    channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const message = JSON.parse(data) as Partial<Observation>;
      const states = new Set((message.faces ?? []).map(({ state }) => state));
      const [other] = states;
      const state = (['recognized', 'not-live'] as const).find((one) => states.has(one)) ?? other;
      if (state !== undefined) looks.push({ at: performance.now(), state });
    });
    return channel;
  };
}

/** Runs in the page. */
async function watch(options: { window: number; patience: number; last: string[] }): Promise<Look[]> {
  const { padLooks } = window as unknown as { padLooks: Look[] };
  const begun = performance.now();
  const over = () => {
    const [first] = padLooks;
    if (!first) return performance.now() - begun > options.patience;
    return (
      performance.now() - first.at > options.window ||
      padLooks.some(({ state }) => options.last.includes(state))
    );
  };
  while (!over()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  return padLooks;
}

/** Enrolls whom the camera shows; true where they are in the gallery now, be it under the name of an earlier picture. */
export async function enroll(office: Office, browser: Chromium, visitor: Visitor): Promise<boolean> {
  const page = await office.signIn(browser);
  await page.goto(`${office.server.url}/enroll`);
  await fill(page, { ...visitor });
  await page.locator('[data-test=person-form] [data-test=next]').click();
  await page.locator('[data-test=consent]').click();
  await page.locator('[data-test=consent-form] [data-test=next]').click();
  const acceptable = page.locator('muster-capture-step[data-acceptable=true], [data-test=enrolled]').first();
  const ready = await acceptable.waitFor({ timeout: PATIENCE }).then(
    () => true,
    () => false,
  );
  if (!ready) return false;
  const enrolled = page.locator('[data-test=enrolled]');
  if (!(await enrolled.isVisible())) await page.locator('[data-test=save-now]').click();
  await page.locator('[data-test=enrolled], [data-test=duplicate-name]').first().waitFor();
  return true;
}
