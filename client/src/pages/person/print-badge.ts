import './badge-card.ts';
import type { MusterBadgeCard } from './badge-card.ts';

/** Prints one badge, and nothing else of the page (see `base.css`). */
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
  // Drawn before it is printed.
  void card.updateComplete.then(() => window.print());
}
