/** The dialogs of each page: which buttons open them, and how they are opened and closed again. */
import type { Locator, Page } from 'playwright-core';

/**
 * The `data-test` of the buttons that open a dialog, by the path of the page. Buttons joined by a space are
 * pressed one after the other: a menu and its item, a row's box and the act on the chosen rows.
 */
const DIALOGS: Record<string, string[]> = {
  '/my/requests': ['ask-absence'],
  '/account': ['turn-on'],
  '/accounts': ['new-account', 'new-employee', 'new-token', 'edit'],
  '/sites': ['new-site', 'edit'],
  '/corrections': ['refuse'],
  '/people': ['add', 'tick act-department', 'act-status', 'act-rota', 'act-invitations'],
  '/people/departments': ['add-department', 'acts rename', 'acts join', 'acts remove'],
  '/people/:personId': [
    'edit',
    'set-pin',
    'issue-badge',
    'invite-person',
    'give-access-to',
    'add-balance-entry',
    'add-exception',
    'add-absence',
    'set-allowance',
    'merge-records',
    'erase',
  ],
  '/plan': ['add-rota', 'edit', 'remove', 'assign'],
  '/plan/shifts': ['add-shift', 'edit'],
  '/plan/absences': ['add-absence', 'edit'],
  '/plan/holidays': ['add-holiday', 'import-holidays', 'edit'],
  '/payroll': ['new-profile'],
  '/decisions': ['why'],
  '/consent-texts': ['read-version'],
  '/attendance': ['correct', 'punch'],
  '/devices': ['new-device', 'new-rtsp', 'edit'],
  '/webhooks': ['new-webhook'],
};

/** Time limit for a dialog to open, ms. A button that is missing must not take the time of the whole test. */
const PATIENCE = 10_000;

/** Opens each dialog of the page, and calls `look` while it is open. */
export async function withEachDialog(
  page: Page,
  path: string,
  look: (dialog: Locator, opener: string) => Promise<void>,
): Promise<void> {
  for (const opener of DIALOGS[path] ?? []) {
    for (const button of opener.split(' ')) {
      await page.locator(`[data-test=${button}]:visible`).first().click({ timeout: PATIENCE });
    }
    const dialog = page.locator('wa-dialog[open]');
    // The element itself has no size: its dialog is drawn above the page.
    await dialog.locator('dialog[open]').waitFor({ timeout: PATIENCE });
    // Half faded in, its texts have less contrast.
    await dialog
      .locator('dialog[open]')
      .evaluate((shown) =>
        Promise.all(shown.getAnimations({ subtree: true }).map(({ finished }) => finished.catch(() => {}))),
      );
    await look(dialog, opener);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached', timeout: PATIENCE });
  }
}
