/** An office for a test: the server, its administrator's browser, and browsers at its doors. */
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach } from 'vitest';
import { Database } from '../../server/db/database.ts';
import type { NamesShown, WishAsked } from '#protocol/devices.ts';
import { Chromium, type ChromiumOptions } from '../support/chromium.ts';
import type { TestDatabase } from '../support/database.ts';
import { MusterServer } from '../support/muster-server.ts';

export interface Punch {
  number: string;
  says: string | null;
  /** By the person at the station. */
  said: string | null;
  device: string;
  similarity: number;
  live: number | null;
}

export interface Visitor {
  number: string;
  givenName: string;
  familyName: string;
  department?: string;
  jobTitle?: string;
}

/** Of every account. */
export const OFFICE_PASSWORD = 'correct horse battery';

/** Time limit for a set-up, ms. It is long enough for a small machine under load, and only matters when a test fails. */
const PATIENCE = 60_000;

/** A browser with storage of its own: Chromium, or a window of Firefox. */
export type OfficeBrowser = Pick<Chromium, 'context' | 'open' | 'close'>;

/** Every browser of this test file that is open. */
const openBrowsers = new Set<OfficeBrowser>();

const openOffices = new Set<Office>();

// A run elsewhere leaves nothing but its output: it must show what there was to see when a test failed.
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await showEverything();
});

/** Prints what the pages show, and what the servers warned of. */
async function showEverything(): Promise<void> {
  for (const browser of openBrowsers) {
    for (const page of browser.context.pages()) {
      const shown = await page
        .locator('body')
        .ariaSnapshot({ timeout: 2_000 })
        .catch((error: Error) => error.message);
      console.log(`${page.url()} shows\n${shown}`);
    }
  }
  for (const { server } of openOffices) {
    const warnings = server.output.filter((line) => /^\{"level":[4-6]0/.test(line));
    console.log(`the server warned of\n${warnings.slice(-30).join('\n')}`);
  }
}

export class Office {
  readonly server: MusterServer;
  readonly #testDatabase: TestDatabase;
  readonly #database: Database;
  readonly #browsers: OfficeBrowser[] = [];
  /** The uncaught errors of all pages. */
  readonly faults: string[] = [];

  private constructor(server: MusterServer, testDatabase: TestDatabase, database: Database) {
    this.server = server;
    this.#testDatabase = testDatabase;
    this.#database = database;
  }

  /** `database` is empty, and dropped with the office. */
  static async open(database: TestDatabase, env: Record<string, string> = {}): Promise<Office> {
    const { url } = database;
    const server = await MusterServer.start({ databaseUrl: url, env });
    const office = new Office(server, database, await Database.open({ url, log: pino({ level: 'silent' }) }));
    openOffices.add(office);
    return office;
  }

  async close(): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser.close()));
    for (const browser of this.#browsers) openBrowsers.delete(browser);
    openOffices.delete(this);
    await this.server.close();
    await this.#database.close();
    await this.#testDatabase.drop();
  }

  async browser(camera?: string, options: Omit<ChromiumOptions, 'camera'> = {}): Promise<Chromium> {
    return this.use(await Chromium.launch(camera === undefined ? options : { ...options, camera }));
  }

  /** The office notes the faults of this browser, shows its pages when a test fails, and closes it. */
  use<One extends OfficeBrowser>(browser: One): One {
    this.#browsers.push(browser);
    openBrowsers.add(browser);
    browser.context.setDefaultTimeout(PATIENCE);
    browser.context.on('weberror', (error) => this.faults.push(error.error().message));
    return browser;
  }

  /** Creates the first account on the set-up page, with the printed token. Returns the signed-in page. */
  async setUp(browser: OfficeBrowser): Promise<Page> {
    const page = await browser.open(`${this.server.url}/setup`);
    await fill(page, {
      token: this.server.setupToken,
      name: 'Ada Admin',
      username: 'ada',
      password: OFFICE_PASSWORD,
    });
    await page.locator('[data-test=submit]').click();
    await page.waitForURL(`${this.server.url}/`);
    return page;
  }

  signIn(browser: OfficeBrowser, username = 'ada'): Promise<Page> {
    return signInAt(browser, this.server.url, { username, password: OFFICE_PASSWORD });
  }

  /** Adds it to the list unless it is there. `page` is signed in. */
  async addDepartment(page: Page, name: string): Promise<void> {
    const { url } = this.server;
    const reply = await page.request.post(`${url}/api/v1/departments`, {
      data: { name },
      headers: { origin: url },
    });
    if (!reply.ok() && reply.status() !== 409) throw new Error(await reply.text());
  }

  /** Gives a person an account of their own. `page` is signed in. */
  async letIn(page: Page, personId: string): Promise<{ username: string; password: string }> {
    const username = `employee-${personId.slice(0, 8)}`;
    const headers = { origin: this.server.url };
    const given = await page.request.post(`${this.server.url}/api/v1/people/${personId}/account`, {
      data: { username },
      headers,
    });
    if (!given.ok()) throw new Error(await given.text());
    const { token } = (await given.json()) as { token: string };
    const data = { token, password: OFFICE_PASSWORD };
    const joined = await page.request.post(`${this.server.url}/api/v1/invitation`, { data, headers });
    if (!joined.ok()) throw new Error(await joined.text());
    return { username, password: OFFICE_PASSWORD };
  }

  /** Form, consent, and the guided capture until it is saved. `page` is signed in and its camera shows the person. */
  async enroll(page: Page, visitor: Visitor): Promise<void> {
    await this.beginEnrollment(page, visitor);
    await this.captureAndSave(page);
  }

  /** Fills in the form and the consent. Resolves when the guided capture runs. */
  async beginEnrollment(page: Page, visitor: Visitor): Promise<void> {
    if (visitor.department !== undefined) await this.addDepartment(page, visitor.department);
    await page.goto(`${this.server.url}/enroll`);
    await fill(page, { ...visitor });
    await page.locator('[data-test=person-form] [data-test=next]').click();
    await page.locator('[data-test=consent]').click();
    await page.locator('[data-test=consent-form] [data-test=next]').click();
  }

  async captureAndSave(page: Page): Promise<void> {
    const enrolled = page.locator('[data-test=enrolled]');
    try {
      await page.locator('muster-capture-step[data-acceptable=true], [data-test=enrolled]').first().waitFor();
    } catch (error) {
      // Often before the first test, whose failure nothing else shows.
      await showEverything();
      throw error;
    }
    // A full ring is saved automatically; a partial one is accepted by the operator.
    if (!(await enrolled.isVisible())) await page.locator('[data-test=save-now]').click();
    await enrolled.waitFor();
  }

  /** A browser at a door, paired with a code that the administrator made. */
  async device(options: {
    admin: Page;
    kind: 'station' | 'camera';
    name: string;
    /** The picture file that its camera plays, or a browser that has one. */
    camera: string | OfficeBrowser;
    /** Where it opens the server. By default its own address. */
    url?: string;
    /** What a face has to show before it counts. By default as at a new device of its kind. */
    wish?: WishAsked;
    /** What it shows of the names of people. By default full names. */
    names?: NamesShown;
  }): Promise<Page> {
    const { admin, kind, name, camera, url = this.server.url, wish, names } = options;
    const settings = { ...(wish && { wish }), ...(names && { names }) };
    const pairing = await admin.request.post(`${this.server.url}/api/v1/devices/pairing-codes`, {
      data: { kind, name, settings },
      headers: { origin: this.server.url },
    });
    if (!pairing.ok()) throw new Error(await pairing.text());
    const { code } = (await pairing.json()) as { code: string };
    const browser = typeof camera === 'string' ? await this.browser(camera) : camera;
    const page = await browser.open(`${url}/${kind}`);
    await page.locator('[data-test=code]').fill(code);
    await page.locator('[data-test=pairing] wa-button').click();
    return page;
  }

  /** Changes settings. @param page signed in as an owner */
  async change(page: Page, settings: Record<string, string>): Promise<void> {
    const url = `${this.server.url}/api/v1/settings`;
    const version = (await page.request.get(url)).headers()['etag']!;
    const headers = { origin: this.server.url, 'if-match': version };
    const reply = await page.request.patch(url, { data: settings, headers });
    if (!reply.ok()) throw new Error(await reply.text());
  }

  /** The rows of a statement. */
  async rows<Row extends object>(sql: string): Promise<Row[]> {
    return this.#database.fork().execute<Row[]>(sql);
  }

  async punches(): Promise<Punch[]> {
    return this.rows<Punch>(
      `select person.number, punch.says, punch_statement.says said, device.name device, punch.similarity,
         punch.live
       from punch join person on person.id = punch.person_id join device on device.id = punch.device_id
       left join punch_statement on punch_statement.punch_id = punch.id
       order by punch.at`,
    );
  }

  /** When, by the clock of the server. */
  async punchTimes(): Promise<{ number: string; at: string }[]> {
    return this.rows<{ number: string; at: string }>(
      'select person.number, punch.at from punch join person on person.id = punch.person_id order by punch.at',
    );
  }
}

/** Signs in on the page for it. Returns that page. */
export async function signInAt(
  browser: OfficeBrowser,
  url: string,
  { username, password }: { username: string; password: string },
): Promise<Page> {
  return signInOn(await browser.open(`${url}/sign-in`), { username, password });
}

/** Does the same in another context, which has cookies of its own. */
export async function signInIn(
  context: BrowserContext,
  url: string,
  account: { username: string; password: string },
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  return signInOn(page, account);
}

async function signInOn(
  page: Page,
  { username, password }: { username: string; password: string },
): Promise<Page> {
  await fill(page, { username, password });
  await page.locator('form wa-button[type=submit]').click();
  await page.waitForURL(({ pathname }) => pathname !== '/sign-in');
  return page;
}

/** Fills in text fields by their names, and chooses a department. */
export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    if (name === 'department') {
      const field = page.locator('wa-select[data-test=department]');
      await field.click();
      await field.locator('wa-option', { hasText: value }).first().click();
      continue;
    }
    await page.locator(`wa-input[data-test=${name}] input`).fill(value);
  }
}

/** The file that an act saves. */
export async function savedBy(
  page: Page,
  act: () => Promise<void>,
): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

/** The station's card for this person. */
export function resultOf(page: Page, name: string) {
  return page.locator(`muster-result-card[data-person="${name}"]`);
}

/** The newest state that the station shows of a face. */
export function facesIn(page: Page, state: string) {
  return page.locator(`[data-test=face][data-state=${state}]`);
}
