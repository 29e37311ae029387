/** Which tick of a person counts. Server and pages decide by this one rule, in whatever order the ticks reach them. */

/** `cleared` takes an earlier tick back. */
export const TICKS = ['safe', 'missing', 'cleared'] as const;
export type TickSays = (typeof TICKS)[number];

/** As much of a tick as the rule asks about. A browser (`client`) gives each of its ticks a number that it never used before. */
export interface OrderedTick {
  /** When the warden ticked, ISO 8601 in UTC with ms, as the server wrote it. */
  at: string;
  client: string;
  sequence: number;
}

/**
 * The later tick counts, by its own time. Of the same instant the greater `client`, then the greater `sequence`: any rule
 * would do, as long as it is the same everywhere. `LAST_TICK_FIRST` in `server/rollcall` says the same in SQL.
 */
function compareTicks(a: OrderedTick, b: OrderedTick): number {
  return (
    Date.parse(a.at) - Date.parse(b.at) ||
    (a.client < b.client ? -1 : Number(a.client > b.client)) ||
    a.sequence - b.sequence
  );
}

/** The one of two that counts; null stands for no tick. */
export function laterTick<T extends OrderedTick>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) return a ?? b;
  return compareTicks(a, b) >= 0 ? a : b;
}
