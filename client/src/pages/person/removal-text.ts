import { msg, str } from '@lit/localize';
import type { RemovalView } from '#protocol/people.ts';
import { number, plural } from '../../locales/intl.ts';

/** The result of removing a face. It claims no more than the analyzers have confirmed. */
export function removalText({ everywhere, analyzers, threads, expired }: RemovalView): string {
  if (!everywhere) {
    return msg(
      'The stored face templates were deleted, but not every analyzer has confirmed yet that it removed them. Check the health of the server.',
    );
  }
  if (expired > 0) {
    return msg(
      'Removed everywhere: the stored face templates were deleted. An analyzer on another host was out of reach, and has forgotten everybody by now, because it heard no server.',
    );
  }
  if (analyzers === 0 || threads === 0)
    return msg('Removed everywhere: the stored face templates were deleted.');
  const amount = number(analyzers);
  return plural(analyzers, {
    one: msg(
      'Removed everywhere: the stored face templates were deleted, and the analyzer confirmed that it removed them.',
    ),
    other: msg(
      str`Removed everywhere: the stored face templates were deleted, and all ${amount} analyzers confirmed that they removed them.`,
    ),
  });
}
