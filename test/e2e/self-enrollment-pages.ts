/** What HR and a person do on the pages of self-enrollment. */
import type { Page } from 'playwright-core';

/** HR makes a link on the page of the person. Returns it as it is shown, while the dialog is open. */
export async function makeLink(admin: Page, personId: string): Promise<URL> {
  await admin.goto(new URL(`/people/${personId}`, admin.url()).href);
  await admin.locator('[data-test=invite-person]').click();
  await admin.locator('[data-test=create-link]').click();
  return new URL((await admin.locator('[data-test=secret]').textContent())!.trim());
}

/** The link that HR gets, as this phone reaches the server. */
export async function invite(admin: Page, personId: string): Promise<string> {
  const link = await makeLink(admin, personId);
  await admin.locator('[data-test=close]').click();
  await admin.locator('[data-test=invitation-card] [data-state=sent]').waitFor();
  return new URL(`${link.pathname}${link.hash}`, admin.url()).href;
}

/** From the consent to the result, as far as the person comes by themselves. */
export async function agreeAndCapture(phone: Page, expected: string): Promise<void> {
  await phone.locator('[data-test=agree]').click();
  await phone.locator('[data-test=start-camera]').click();
  const done = phone.locator(`muster-self-enrollment[data-step=done][data-state=${expected}]`);
  await phone.locator('muster-capture-step[data-acceptable=true]').or(done).first().waitFor();
  if (!(await done.isVisible())) await phone.locator('[data-test=save-now]').click();
  await done.waitFor();
}

/** HR looks at what the person captured, on the page of the person or in the list of waiting ones, and takes it. */
export async function confirmCapture(admin: Page): Promise<void> {
  await admin.locator('[data-test=decide]').click();
  await admin.locator('[data-test=captured-at]').waitFor();
  await admin.locator('[data-test=confirm-capture]').click();
  await admin.locator('[data-test=decision]').waitFor({ state: 'detached' });
}
