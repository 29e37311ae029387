import type { RemovalView } from '#protocol/people.ts';

const amount = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

/** What a removal came to, said no stronger than what was confirmed. */
export function removalWords({ everywhere, analyzers, threads }: RemovalView): string {
  if (!everywhere) {
    return 'The stored templates are destroyed. Not every analyzer has confirmed yet that it has dropped them: look at the health of the server.';
  }
  if (analyzers === 0 || threads === 0) return 'Removed everywhere: the stored templates are destroyed.';
  return `Removed everywhere: the stored templates are destroyed, and ${amount(analyzers, 'analyzer')} with ${amount(threads, 'vision thread')} confirmed that this face is gone.`;
}
