/**
 * The books of a run: who stood before which door and when, what the doors said about it, and which punches the database
 * has at the end. Pure, so that its verdict can be trusted: see `ledger.test.ts`.
 */
import type { AttendanceEvent } from '#protocol/results.ts';

/** A person before a door. Times are of the machine's clock, epoch ms. */
export interface Passing {
  personId: string;
  deviceId: string;
  from: number;
  to: number;
}

/** A card that a door showed. */
export interface Card {
  /** Of the sighting; the same card may come again, with another result. */
  id: string;
  personId: string;
  deviceId: string;
  result: AttendanceEvent['result'];
  /** Of the punch that the card speaks of, by the clock of the server. */
  at: number;
}

/** A name that a door showed beside a face, or a PIN that it said it has kept. */
export interface ShownName {
  personId: string;
  deviceId: string;
  /** When, by the clock of the machine. */
  heard: number;
}

/** A row of the database. */
export interface WrittenPunch {
  sightingId: string | null;
  personId: string;
  deviceId: string;
  /** By the clock of the server. */
  at: number;
}

/** From then on the clock of the server is ahead of the machine's by `offset`, ms. */
export interface ClockStep {
  from: number;
  offset: number;
}

export interface Books {
  passings: readonly Passing[];
  cards: readonly Card[];
  names: readonly ShownName[];
  punches: readonly WrittenPunch[];
  /** In order; before the first one, both clocks are the same. */
  clock: readonly ClockStep[];
  /** A repetition within this time is no second punch, ms (`MUSTER_MIN_GAP_SECONDS`). */
  gap: number;
  /** How far the time of a punch may be from the time at which the person stood there, ms. */
  tolerance: number;
}

export interface Verdict {
  /** Passings of which a door said something: a card or a name. */
  told: number;
  written: number;
  /** Told, and without a punch. */
  lost: string[];
  /** Sightings of which the last that was said is "may be lost": nothing was promised. */
  unsaved: number;
  /** A second punch for what was one. */
  doubled: string[];
  /** At a time at which this person did not stand before this door, or that is not the one on its card. */
  misdated: string[];
  /** All that the books have of the person around each that is lost, doubled or misdated, in order, to find out why. */
  stories: string[];
}

export function judge(books: Books): Verdict {
  const { cards, punches } = books;
  const byId = new Map<string, Card[]>();
  for (const card of cards) byId.set(card.id, [...(byId.get(card.id) ?? []), card]);
  const fates = [...byId.values()].map((same) => ({ card: same.at(-1)!, fate: fateOf(same, books) }));
  const lostCards = fates.filter(({ fate }) => fate === 'lost').map(({ card }) => card);
  const lostNames = books.names.filter((name) => !hasPunch(name, books));
  const twice = doubled(books);
  const misdated = punches.filter((punch) => !isDated(punch, books));
  return {
    told: toldPassings(books),
    written: punches.length,
    lost: [...lostCards.map(({ result, id }) => `${result} ${id}`), ...lostNames.map(say)],
    unsaved: fates.filter(({ fate }) => fate === 'unsaved').length,
    doubled: twice.map(say),
    misdated: misdated.map(say),
    stories: [...lostCards, ...lostNames, ...twice, ...misdated].map((one) => story(one, books)),
  };
}

/** What became of the cards of one sighting. */
function fateOf(same: readonly Card[], { punches, gap }: Books): 'kept' | 'lost' | 'unsaved' {
  if (punches.some(({ sightingId }) => sightingId === same[0]!.id)) return 'kept';
  const results = same.map(({ result }) => result);
  if (same.every(({ result }) => result === 'unsaved' || result === 'ignored')) {
    return results.includes('unsaved') ? 'unsaved' : 'kept';
  }
  // Nobody but its own punch stands for a check-in that was shown.
  if (results.some((result) => result === 'checked-in' || result === 'checked-out' || result === 'seen')) {
    return 'lost';
  }
  // An earlier punch holds: at the time on the card, or near the sighting that was said to be saved.
  const holds = same.every(({ personId, result, at }) =>
    punches.some((punch) => {
      if (punch.personId !== personId) return false;
      const off = Math.abs(punch.at - at);
      return result.startsWith('already') ? off === 0 : off < gap;
    }),
  );
  return holds ? 'kept' : 'lost';
}

/** Whether the person whose name was shown has a punch of this passing, or one just before, at any door, that it repeats. */
function hasPunch(name: ShownName, books: Books): boolean {
  const before = books.passings.filter(
    ({ personId, deviceId, from }) =>
      personId === name.personId && deviceId === name.deviceId && from - books.tolerance <= name.heard,
  );
  // What a server says that was frozen may be late: it speaks of the last passing, or of the one before if that has only begun.
  const [last, previous] = before.toSorted((a, b) => b.from - a.from);
  // Nobody by this name was there: there is nothing that a punch could be of.
  if (!last) return false;
  const begun = name.heard - last.from < books.tolerance;
  return hasPunchOf(last, books) || (begun && previous !== undefined && hasPunchOf(previous, books));
}

function hasPunchOf(passing: Passing, books: Books): boolean {
  const { punches, gap, tolerance } = books;
  return windows(passing, books).some(({ from, to }) =>
    punches.some(({ personId, deviceId, at }) => {
      if (personId !== passing.personId) return false;
      if (deviceId === passing.deviceId) return from - gap - tolerance <= at && at <= to + tolerance;
      return from - gap <= at && at <= to;
    }),
  );
}

function isDated(punch: WrittenPunch, books: Books): boolean {
  const saysOtherTime = books.cards.some(
    ({ id, result, at }) =>
      id === punch.sightingId && result !== 'ignored' && !result.startsWith('already') && at !== punch.at,
  );
  if (saysOtherTime) return false;
  return books.passings.some(
    (passing) =>
      passing.personId === punch.personId &&
      passing.deviceId === punch.deviceId &&
      windows(passing, books).some(
        ({ from, to }) => from - books.tolerance <= punch.at && punch.at <= to + books.tolerance,
      ),
  );
}

/** Two of a person within the gap, by the time that really passed, or two of one sighting. */
function doubled(books: Books): WrittenPunch[] {
  const found: WrittenPunch[] = [];
  const sorted = books.punches.toSorted((a, b) => a.at - b.at);
  for (const [i, punch] of sorted.entries()) {
    const earlier = sorted
      .slice(0, i)
      .some(
        (one) =>
          (one.personId === punch.personId && areNear(one, punch, books)) ||
          (one.sightingId !== null && one.sightingId === punch.sightingId),
      );
    if (earlier) found.push(punch);
  }
  return found;
}

/** Whether two punches are within the gap, whichever moments they may be of. */
function areNear(one: WrittenPunch, other: WrittenPunch, books: Books): boolean {
  return momentsOf(one, books).every((a) =>
    momentsOf(other, books).every((b) => Math.abs(a - b) < books.gap),
  );
}

/**
 * The moments by the clock of the machine at which the clock of the server showed the time of a punch: of those after a clock
 * was set back, the ones at which the person stood there. At least one.
 */
function momentsOf({ personId, deviceId, at }: WrittenPunch, books: Books): number[] {
  const { passings, tolerance } = books;
  const moments = stepsOf(books).flatMap(({ from, until, offset }) => {
    const moment = at - offset;
    const shown = from - tolerance <= moment && moment <= until + tolerance;
    const there = passings.some(
      (passing) =>
        passing.personId === personId &&
        passing.deviceId === deviceId &&
        passing.from - tolerance <= moment &&
        moment <= passing.to + tolerance,
    );
    return shown && there ? [moment] : [];
  });
  return moments.length > 0 ? moments : [at];
}

function stepsOf({ clock }: Pick<Books, 'clock'>): { from: number; until: number; offset: number }[] {
  const steps = [{ from: -Infinity, offset: 0 }, ...clock];
  return steps.map(({ from, offset }, i) => ({ from, offset, until: steps[i + 1]?.from ?? Infinity }));
}

/** When the passing was, by the clock of the server: once for each step that the clock made near it. */
function windows(
  { from, to }: Passing,
  books: Pick<Books, 'clock' | 'tolerance'>,
): { from: number; to: number }[] {
  return stepsOf(books)
    .filter((step) => step.from <= to + books.tolerance && step.until >= from - books.tolerance)
    .map(({ offset }) => ({ from: from + offset, to: to + offset }));
}

function toldPassings({ passings, cards, names, clock, tolerance }: Books): number {
  const books = { clock, tolerance };
  return passings.filter(
    (passing) =>
      names.some(
        (name) =>
          name.personId === passing.personId &&
          name.deviceId === passing.deviceId &&
          passing.from <= name.heard &&
          name.heard <= passing.to + tolerance,
      ) ||
      cards.some(
        (card) =>
          card.personId === passing.personId &&
          card.deviceId === passing.deviceId &&
          windows(passing, books).some(
            ({ from, to }) => from - tolerance <= card.at && card.at <= to + tolerance,
          ),
      ),
  ).length;
}

function say(one: { personId: string; deviceId: string; at?: number; heard?: number }): string {
  return `${one.personId} at ${one.deviceId}, ${new Date(one.at ?? one.heard ?? 0).toISOString()}`;
}

/** What the books have of this person within this time before and after, ms. */
const AROUND = 12_000;

function story(about: Card | ShownName | WrittenPunch, books: Books): string {
  const middle = 'heard' in about ? about.heard : about.at;
  const lines: { at: number; text: string }[] = [
    ...books.passings
      .filter(({ personId }) => personId === about.personId)
      .map(({ deviceId, from, to }) => ({ at: from, text: `stood at ${deviceId} until ${time(to)}` })),
    ...books.names
      .filter(({ personId }) => personId === about.personId)
      .map(({ deviceId, heard }) => ({ at: heard, text: `name at ${deviceId}` })),
    ...books.cards
      .filter(({ personId }) => personId === about.personId)
      .map(({ deviceId, result, id, at }) => ({ at, text: `card ${result} at ${deviceId}, ${id}` })),
    ...books.punches
      .filter(({ personId }) => personId === about.personId)
      .map(({ deviceId, sightingId, at }) => ({ at, text: `punch at ${deviceId}, ${sightingId}` })),
    ...books.clock.map(({ from, offset }) => ({ at: from, text: `clock ${offset} ms ahead` })),
  ];
  const near = lines.filter(({ at }) => Math.abs(at - middle) < AROUND).toSorted((a, b) => a.at - b.at);
  return [say(about), ...near.map(({ at, text }) => `  ${time(at)} ${text}`)].join('\n');
}

function time(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().slice(11, 23) : 'the end';
}
