/** What somebody does who has no mouse. */
import type { Page } from 'playwright-core';

/** Presses Tab until what has the focus is, or is within, an element of this selector. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    const there = await page.evaluate((wanted) => {
      for (let at: Element | null = document.activeElement; at; at = at.shadowRoot?.activeElement ?? null) {
        if (at.closest(wanted)) return true;
      }
      return false;
    }, selector);
    if (there) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not lead to ${selector}`);
}
