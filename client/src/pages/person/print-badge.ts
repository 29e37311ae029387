import './badge-card.ts';
import type { MusterBadgeCard } from './badge-card.ts';

/** Prints one badge without the rest of the page (see `base.css`). */
export function printBadge({ code, name, number }: { code: string; name: string; number: string }): void {
  document.querySelector('.print-sheet')?.remove();
  const sheet = document.createElement('div');
  sheet.className = 'print-sheet';
  const card: MusterBadgeCard = Object.assign(
    document.createElement('muster-badge-card') as MusterBadgeCard,
    {
      code,
      name,
      number,
    },
  );
  sheet.append(card);
  document.body.append(sheet);
  window.addEventListener('afterprint', () => sheet.remove(), { once: true });
  // The card must be rendered before the browser prints.
  void card.updateComplete.then(() => window.print());
}
