import { setTimeout as sleep } from 'node:timers/promises';

/** The earliest and the latest moment that still count as the limit: this part of it, and this many times it and some ms. */
const EARLIEST = 0.5;
const LATEST = { times: 2, more: 4_000 };

/**
 * Whether what `act` begins ends at a limit of `limit` ms. It compares the order of timers in one process, and the earlier one
 * starts before `act`, so that a busy machine shifts all of them and not one against another.
 */
export async function endsAt(
  limit: number,
  act: () => Promise<unknown>,
): Promise<'too early' | 'in time' | 'too late'> {
  const early = sleep(limit * EARLIEST, 'early');
  const late = sleep(limit * LATEST.times + LATEST.more, 'late', { ref: false });
  const ended = act().then(() => 'ended');
  if ((await Promise.race([early, ended])) === 'ended') return 'too early';
  return (await Promise.race([late, ended])) === 'ended' ? 'in time' : 'too late';
}
