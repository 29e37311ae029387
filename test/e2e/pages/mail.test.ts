/** Links and month sheets by mail, from the pages in real Chromium to a real mail server. The tests depend on each other. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { MailServer } from '../../support/mail-server.ts';
import { Office } from '../office.ts';

let post: MailServer;
let office: Office;
let admin: Page;
let personId: string;

beforeAll(async () => {
  post = await MailServer.start();
  office = await Office.open(await createTestDatabase(), {
    MUSTER_SMTP_URL: post.url(),
    MUSTER_MAIL_FROM: 'muster@example.org',
  });
  admin = await office.setUp(await office.browser());
  const added = await admin.request.post(`${office.server.url}/api/v1/people`, {
    data: { number: '1', givenName: 'Ida', familyName: 'Rhodes', email: 'ida@example.org' },
    headers: { origin: office.server.url },
  });
  personId = ((await added.json()) as { id: string }).id;
});
afterAll(async () => {
  await office.close();
  await post.close();
});

const test = (name: string) => admin.locator(`[data-test=${name}]`);
const goto = (page: string) => admin.goto(`${office.server.url}${page}`);

it('HR sends the link of an invitation to the person, and a phone opens it', async () => {
  await goto(`/people/${personId}`);
  await test('invite-person').click();
  await test('create-link').click();
  const shown = new URL((await test('secret').textContent())!.trim());
  await test('enroll-invite').locator('[data-test=send-mail]').click();
  await test('mail-sent').filter({ hasText: 'Sent to ida@example.org.' }).waitFor();
  expect(post.received).toMatchObject([
    { to: ['ida@example.org'], subject: 'Enroll your face for checking in' },
  ]);
  const link = new URL(/https?:\S+#token=\S+/.exec(post.received[0]!.text)![0]);
  expect(link.href).toBe(shown.href);
  const handset = await office.browser();
  const phone = await handset.open(`${office.server.url}${link.pathname}${link.hash}`);
  await phone.locator('muster-self-enrollment[data-step=consent]').waitFor();
});

it('where the mail server refuses the address, the dialog says so and sends it again', async () => {
  post.refused.add('ida@example.org');
  await goto(`/people/${personId}`);
  await test('invite-person').click();
  await test('create-link').click();
  const dialog = test('enroll-invite');
  await dialog.locator('[data-test=send-mail]').click();
  await dialog.getByText('The mail server refused this address. Please check it.').waitFor();
  post.refused.clear();
  await dialog.locator('[data-test=send-mail]').click();
  await test('mail-sent').waitFor();
  expect(post.received).toHaveLength(2);
});

it('the links of many people are sent at once, and to whom that was not possible is said', async () => {
  for (const [number, givenName, email] of [
    ['2', 'Joan', 'joan@example.org'],
    ['3', 'Nora', ''],
    ['4', 'Olga', 'olga@example.org'],
  ]) {
    const added = await admin.request.post(`${office.server.url}/api/v1/people`, {
      data: { number, givenName, familyName: 'Many', email },
      headers: { origin: office.server.url },
    });
    expect(added.ok()).toBe(true);
  }
  post.refused.add('olga@example.org');
  const before = post.received.length;
  await goto('/people?search=many');
  await admin.locator('[data-test=person]').nth(2).waitFor();
  await test('tick-all').click();
  await test('act-invitations').click();
  await test('people-act').locator('[data-test=act]').click();
  await test('mail-all').click();
  await test('mails-sent').getByText('1 of 3 messages was sent.').waitFor();
  const failed = test('mail-invitations').locator('[data-test=failed] li');
  await failed.nth(1).waitFor();
  const words = await failed.allInnerTexts();
  expect(words.find((text) => text.includes('Nora'))).toContain('no email address');
  expect(words.find((text) => text.includes('Olga'))).toContain('refused');
  expect(post.received.slice(before)).toMatchObject([{ to: ['joan@example.org'] }]);

  post.refused.clear();
  await test('mail-all').getByText('Send the rest').click();
  await test('mails-sent').getByText('2 of 3 messages were sent.').waitFor();
  await expect.poll(() => failed.count()).toBe(1);
  // Nobody gets the same link twice.
  expect(post.received.slice(before).map(({ to }) => to[0])).toEqual([
    'joan@example.org',
    'olga@example.org',
  ]);
  await test('people-act').locator('[data-test=close]').click();
});

it('the links go on being sent where the dialog is closed, and how it ended is said afterwards', async () => {
  const numbers = Array.from({ length: 8 }, (_, i) => String(20 + i));
  for (const number of numbers) {
    const data = { number, givenName: 'Lena', familyName: 'Later', email: `later-${number}@example.org` };
    await admin.request.post(`${office.server.url}/api/v1/people`, {
      data,
      headers: { origin: office.server.url },
    });
  }
  const before = post.received.length;
  await goto('/people?search=later');
  await admin.locator('[data-test=person]').nth(7).waitFor();
  await test('tick-all').click();
  await test('act-invitations').click();
  await test('people-act').locator('[data-test=act]').click();
  await test('mail-all').click();
  await test('people-act').locator('[data-test=close]').click();
  await test('people-act').waitFor({ state: 'detached' });
  await expect.poll(() => post.received.length - before, { timeout: 30_000 }).toBe(8);
  await admin.locator('wa-toast').getByText('8 of 8 messages were sent.').waitFor();
});

it('an owner sends a month sheet, the link of an account, and a test message', async () => {
  await goto(`/people/${personId}/month?month=2026-10`);
  await test('send-mail').click();
  await test('mail-sent').waitFor();
  expect(post.received.at(-1)).toMatchObject({
    to: ['ida@example.org'],
    attachment: { filename: 'month-sheet-2026-10.pdf' },
  });
  await goto('/settings');
  await test('to').locator('input').fill('ada@example');
  await test('send-mail').click();
  await test('settings-mail').getByText('Enter an email address').waitFor();
  await test('to').locator('input').fill('ada@example.org');
  await test('to').locator('input').press('Enter');
  await test('mail-sent').filter({ hasText: 'Sent to ada@example.org.' }).waitFor();
  expect(post.received.at(-1)).toMatchObject({ to: ['ada@example.org'], subject: 'Muster can send mail' });
  expect(office.faults).toEqual([]);
});
