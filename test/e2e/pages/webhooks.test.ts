/** The page of webhooks in real Chromium, towards a real receiver. The tests depend on each other. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WebhooksView } from '#protocol/webhooks.ts';
import { Chromium } from '../../support/chromium.ts';
import { type DataServices, openDataServices } from '../../support/data-services.ts';
import { type Browser, RestServer } from '../../support/rest-server.ts';
import { WebhookReceiver } from '../../support/webhook-receiver.ts';

let services: DataServices;
let rest: RestServer;
let owner: Browser;
let chromium: Chromium;
let page: Page;
let receiver: WebhookReceiver;

beforeAll(async () => {
  services = await openDataServices({ env: { MUSTER_WEBHOOK_ALLOW: '127.0.0.1' } });
  rest = await RestServer.start(services, { client: { directory: path.resolve('dist/client') } });
  owner = await rest.staff();
  services.outbox.start();
  services.webhookSender.start();
  receiver = await WebhookReceiver.start();
  chromium = await Chromium.launch();
  const cookies = [...owner.cookies].map(([name, value]) => ({ name, value, url: rest.origin }));
  await chromium.context.addCookies(cookies);
  chromium.context.setDefaultTimeout(10_000);
  page = await chromium.context.newPage();
  await page.goto(`${rest.origin}/webhooks`);
});
afterAll(async () => {
  await chromium?.close();
  rest?.stop();
  await services?.close();
  await receiver?.down();
});

const test = (name: string) => page.locator(`[data-test=${name}]`);
const said = (text: string) => page.locator('wa-toast-item', { hasText: text });
const deliveries = (state: string) => page.locator(`[data-test=delivery][data-state=${state}]`);
const listed = async () => (await owner.json<WebhooksView>('GET', '/api/v1/webhooks')).webhooks;
const secretShown = async () => (await test('secret').textContent())!.trim();

/** A consent is withdrawn: one of the events that the receiver asks for. */
async function happens(): Promise<void> {
  const { id } = await services.addConsentedPerson();
  await owner.json('DELETE', `/api/v1/people/${id}/consents/current`);
}

/** The history as it is now. */
async function openHistory(): Promise<void> {
  if (await page.locator('muster-webhook-history').isVisible()) await test('history').click();
  await test('history').click();
  await page.locator('muster-webhook-history').waitFor();
}

it('a receiver is added for the events that are chosen, and its secret is shown once', async () => {
  await test('no-webhooks').waitFor();
  await test('new-webhook').click();
  await test('name').locator('input').fill('Payroll');
  await test('url').locator('input').fill('payroll.example.org');
  await page.getByText('A station or camera is away').click();
  await test('save-webhook').click();
  await page.getByText('This is not an address such as').waitFor();
  await test('url').locator('input').fill(receiver.url);
  await test('save-webhook').click();
  receiver.secrets = [await secretShown()];
  expect(receiver.secrets[0]).toMatch(/^whsec_/);
  await test('close').click();
  await test('webhook').getByText('Works').waitFor();
  expect(await page.content()).not.toContain('whsec_');
  const [webhook] = await listed();
  expect(webhook).toMatchObject({ name: 'Payroll', url: receiver.url });
  expect(webhook!.types).not.toContain('device.down');
  expect(webhook!.types).toContain('consent.withdrawn');
  await test('test').click();
  await said('Payroll: Delivered').waitFor();
});

it('what was delivered is in the history, and is sent again with the same id', async () => {
  await happens();
  await expect.poll(() => receiver.received.length).toBe(2);
  await expect.poll(async () => (await listed())[0]!.waiting).toBe(0);
  await openHistory();
  await deliveries('delivered').getByText('A consent is withdrawn').waitFor();
  expect(await deliveries('delivered').innerText()).toContain('Delivered');
  await deliveries('delivered').locator('[data-test=redeliver]:visible').click();
  await expect.poll(() => receiver.received.length).toBe(3);
  expect(receiver.received[2]!.id).toBe(receiver.received[1]!.id);
  expect(receiver.unverified).toBe(0);
});

it('why a receiver does not take an event is said in words, and it is tried or given up by hand', async () => {
  receiver.answers = [
    { status: 503, body: 'Closed on Mondays.' },
    { status: 503, body: 'Closed on Mondays.' },
  ];
  await happens();
  await expect.poll(async () => (await listed())[0]!.failures).toBe(1);
  await page.reload();
  await test('webhook').getByText('Does not take events').waitFor();
  await test('webhook').getByText('Waiting events: 1').waitFor();
  await test('webhook').getByText('Next try:').waitFor();
  await openHistory();
  const row = deliveries('waiting');
  await row.getByText('It answered with the error 503').filter({ visible: true }).waitFor();
  await row.getByText('Closed on Mondays.').filter({ visible: true }).waitFor();
  await row.locator('[data-test=redeliver]:visible').click();
  await expect.poll(async () => (await listed())[0]!.failures).toBe(2);
  await row.locator('[data-test=give-up]:visible').click();
  await deliveries('given-up').waitFor();
  await test('webhook').getByText('Waiting events: 1').waitFor({ state: 'detached' });
});

it('where nobody listens, the test says so', async () => {
  await receiver.down();
  await test('test').click();
  await said('Payroll: No connection').waitFor();
  await receiver.up();
  await happens();
  await expect.poll(async () => (await listed())[0]!.failures).toBe(0);
});

it('a new secret is shown once, and the former one signs too', async () => {
  const before = receiver.received.length;
  await test('rotate').click();
  await page.locator('muster-confirm').getByText('Make a new secret').click();
  const secret = await secretShown();
  expect(secret).toMatch(/^whsec_/);
  expect(receiver.secrets).not.toContain(secret);
  await test('close').click();
  await test('webhook').getByText('The former secret signs too until').waitFor();
  receiver.secrets = [secret];
  await test('test').click();
  await expect.poll(() => receiver.received.length).toBe(before + 1);
  expect(receiver.received.at(-1)!.signatures).toHaveLength(2);
});

it('a receiver is switched off and on, changed, and deleted', async () => {
  await test('switch').click();
  await test('webhook').getByText('Switched off').waitFor();
  await test('switch').click();
  await test('webhook').getByText('Works').waitFor();
  await test('change').click();
  await test('name').locator('input').fill('Wages');
  await test('save-webhook').click();
  await page.getByRole('heading', { name: 'Wages' }).waitFor();
  await test('delete').click();
  await page.locator('muster-confirm').getByText('It is told nothing more.').waitFor();
  await page.locator('muster-confirm').getByRole('button', { name: 'Delete' }).click();
  await test('no-webhooks').waitFor();
  expect(await listed()).toEqual([]);
  expect(chromium.errors).toEqual([]);
});
