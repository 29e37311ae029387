/** What a person does on the pages of attendance and corrections. */
import type { Locator, Page } from 'playwright-core';

/** The row of a person on the attendance page. */
export const row = (on: Page, name: string) => on.locator('[data-test=day]', { hasText: name });
export const presence = (of: Locator) => of.locator('[data-test=presence]').getAttribute('data-presence');
export const chip = (of: Locator, time: string) => of.locator('[data-test=punches] .chip', { hasText: time });

/** @param date YYYY-MM-DD */
export async function openDay(on: Page, date: string): Promise<void> {
  await on.goto(new URL('/attendance', on.url()).href);
  await on.locator('[data-test=date] input').fill(date);
  await on.locator('[data-test=date] input').blur();
  await on.locator('muster-attendance').getByText(longDate(date)).waitFor();
}

const longDate = (date: string) =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );

export const dialog = (on: Page) => on.locator('[data-test=correction]');

/** The page behind the dialog has a field for the date too. */
export async function fillIn(on: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    await dialog(on).locator(`wa-input[data-test=${name}] input`).fill(value);
  }
}

export async function fillPunch(on: Page, kind: 'in' | 'out', values: Record<string, string>): Promise<void> {
  await dialog(on).locator(`wa-radio[value=${kind}]`).click();
  await fillIn(on, { ...values, reason: 'The station was off' });
}

/** Fills in the dialog that is open and sends it. */
export async function sendPunch(on: Page, kind: 'in' | 'out', values: Record<string, string>): Promise<void> {
  await fillPunch(on, kind, values);
  await on.locator('[data-test=add-punch]').click();
}

export async function addPunch(on: Page, kind: 'in' | 'out', values: Record<string, string>): Promise<void> {
  await sendPunch(on, kind, values);
  await dialog(on).waitFor({ state: 'detached' });
}
