/** A thousand hostile sockets and one honest station, on loopback. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Attack } from '../support/attack.ts';
import { createTestDatabase } from '../support/database.ts';
import { fakeCamera } from '../fixtures/clips.ts';
import { facesIn, Office } from './office.ts';

const SOCKETS = 1_000;
/** Above what the server held before, MiB: a thousand sockets at their limits are below a tenth of it. */
const ROOM = 300;

const face = await fakeCamera({
  clip: 'cap13',
  from: 0,
  to: 12,
  boomerang: true,
  width: 640,
  height: 480,
  fps: 15,
});
let office: Office;
let attack: Attack | undefined;

beforeAll(async () => {
  office = await Office.open(await createTestDatabase());
});
afterAll(async () => {
  attack?.stop();
  await office.close();
});

it(
  'a station continues to get its results while a thousand hostile sockets attack the server',
  { timeout: 180_000 },
  async () => {
    const browser = await office.browser(face);
    const admin = await office.setUp(browser);
    const cookies = await browser.context.cookies();
    const door = await office.device({ admin, kind: 'station', name: 'Door', camera: browser });
    await facesIn(door, 'unknown').first().waitFor();
    // Counts the changes of the page that results cause.
    await door.evaluate(() => {
      const counted = window as unknown as { results: number };
      counted.results = 0;
      const view = document.querySelector('muster-app')!;
      const seen = (root: ParentNode): void => {
        for (const element of root.querySelectorAll('*')) {
          if (!element.shadowRoot) continue;
          new MutationObserver(() => (counted.results += 1)).observe(element.shadowRoot, {
            subtree: true,
            attributes: true,
          });
          seen(element.shadowRoot);
        }
      };
      seen(view.shadowRoot ?? view);
    });
    const results = () => door.evaluate(() => (window as unknown as { results: number }).results);
    const before = resident();

    attack = await Attack.start({
      url: office.server.url,
      mediaPort: office.server.mediaPort,
      sockets: SOCKETS,
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    });
    expect(attack.tried).toBeGreaterThanOrEqual(SOCKETS);
    const from = await results();
    await expect.poll(results, { timeout: 60_000 }).toBeGreaterThan(from + 100);
    expect(resident()).toBeLessThan(before + ROOM);
    expect(await door.locator('[data-test=face]').count()).toBeGreaterThan(0);
    attack.stop();

    const after = await results();
    await expect.poll(results, { timeout: 60_000 }).toBeGreaterThan(after + 20);
    expect((await fetch(`${office.server.url}/api/health`)).status).toBe(200);
  },
);

function resident(): number {
  const status = readFileSync(`/proc/${office.server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
