/**
 * What happens when somebody sets the clock of a server: it is written down, shown until somebody has seen it, puts the times
 * around it in doubt, and the minimum gap between two punches is counted by the time that really passed.
 */
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import type { Logger } from 'pino';
import { RepeatedFaults } from '../async/repeated-faults.ts';
import { audit } from '../audit/audit.ts';
import { lockByName } from '../db/advisory-lock.ts';
import type { Database, Em } from '../db/database.ts';
import { ClockStepRow } from '../db/entities/clock-step.ts';
import { MusterError } from '../protocol/error.ts';
import type { ClockStepView } from '../protocol/health.ts';
import type { ClockStep } from '../time/clock-steps.ts';
import { type ClockReadings, ClockWatch } from '../time/clock-watch.ts';
import { DAY } from '../time/durations.ts';

export interface ClockStepServiceOptions {
  database: Database;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/** Nobody may be kept from punching because a step cannot be written down: it is tried again this often, ms. */
const RETRY = 5_000;
/** Steps that are kept; a machine whose clock is set all the time must not fill the database. */
const KEPT = 1_000;
/** Of the newest ones it is known which punches were recorded before. */
const LINKED = 50;
/** The longest minimum gap of a door, ms. */
const LONGEST_GAP = DAY;
/** Shown for this long, ms, unless somebody acknowledges it. */
const SHOWN = DAY;
/** Two servers of one machine report the same step within this, ms. */
const SAME = 5_000;
/** Health is asked by anybody, and looks into the database once in this time, ms. */
const LOOK_KEPT = 2_000;

export class ClockStepService {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #faults = new RepeatedFaults();
  #watch: ClockWatch | null = null;
  /** Steps that this server has noticed, and the database does not have yet; oldest first. */
  #unsaved: { id: string; step: ClockStep }[] = [];
  #saving: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Of the last step that this server has noticed. */
  #last: string | null = null;
  #looked: { at: number; step: Promise<ClockStepView | null> } | null = null;

  constructor({ database, log, now = Date.now }: ClockStepServiceOptions) {
    this.#database = database;
    this.#log = log.child({ part: 'clock' });
    this.#now = now;
  }

  /** Watches the clock of this machine from now on. @param read replaced in tests */
  async start(read?: () => ClockReadings | null): Promise<void> {
    // A restart does not make the hour before it another one.
    const [newest] = await newestSteps(this.#database.fork());
    this.#last = newest?.id ?? null;
    this.#watch ??= new ClockWatch({
      onStep: (step) => this.#noticed(step),
      onSlept: (slept) =>
        this.#log.info({ event: 'clock.slept', slept }, 'the machine has slept; its clock is right'),
      ...(read && { read }),
    });
  }

  /** The step after which it is now; null where there was none. */
  get last(): string | null {
    // A step of this very moment must not wait for the next second.
    this.#watch?.look();
    return this.#last;
  }

  /** Once what this server has noticed is in the database, or cannot be written now. Never rejects. */
  async saved(): Promise<void> {
    if (this.#unsaved.length > 0) await this.#save();
  }

  /** What is to be shown: the last step of any server. Never rejects. */
  current(): Promise<ClockStepView | null> {
    const now = performance.now();
    if (!this.#looked || now - this.#looked.at > LOOK_KEPT) {
      this.#looked = { at: now, step: this.#look().catch(() => null) };
    }
    return this.#looked.step;
  }

  /** Ends the notice of this step and of all before it. Throws MusterError `not-found`. */
  async acknowledge(id: string, { accountId }: { accountId: string }): Promise<void> {
    await this.#database.transaction(async (em) => {
      const step = await em.findOne(ClockStepRow, { id });
      if (!step) throw new MusterError('not-found', 'There is no such change of the clock.');
      const seen = await em.nativeUpdate(
        ClockStepRow,
        { seq: { $lte: step.seq }, acknowledgedAt: null },
        { acknowledgedAt: new Date(this.#now()), acknowledgedBy: accountId },
      );
      if (seen > 0) await audit(em, { act: 'clock.acknowledged', after: detailOf(step) });
    });
    this.#looked = null;
  }

  /** Idempotent. */
  close(): void {
    this.#watch?.close();
    if (this.#timer) clearTimeout(this.#timer);
  }

  #noticed(step: ClockStep): void {
    const id = randomUUID();
    this.#last = id;
    this.#unsaved.push({ id, step });
    this.#looked = null;
    this.#log.warn(
      { event: 'clock.set', before: step.before, at: step.at, by: step.by },
      'the clock of this machine was set: punches around this time are marked',
    );
    void this.#save();
  }

  #save(): Promise<void> {
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  async #saveAll(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    try {
      for (let first = this.#unsaved[0]; first; first = this.#unsaved[0]) {
        const { id, step } = first;
        const stored = await this.#database.transaction((em) => store(em, id, step));
        if (this.#last === id) this.#last = stored;
        this.#unsaved.shift();
        this.#looked = null;
      }
    } catch (error) {
      // Tried again with every sighting as well.
      if (this.#faults.isNew(String(error))) {
        this.#log.error(
          { event: 'clock.not-saved', err: error },
          'a change of the clock is not written down yet',
        );
      }
      this.#timer = setTimeout(() => void this.#save(), RETRY).unref();
    }
  }

  async #look(): Promise<ClockStepView | null> {
    const waiting = this.#unsaved.at(-1);
    const [stored] = await newestSteps(this.#database.fork());
    const newest =
      waiting && waiting.id !== stored?.id
        ? { id: waiting.id, at: waiting.step.at, by: waiting.step.by, seen: false }
        : stored && {
            id: stored.id,
            at: stored.at.getTime(),
            by: stored.byMs,
            seen: stored.acknowledgedAt !== null,
          };
    if (!newest || newest.seen || Math.abs(this.#now() - newest.at) > SHOWN) return null;
    return clockStepView(newest);
  }
}

/** A step as the database has it. */
export interface StoredStep extends ClockStep {
  id: string;
}

/** All steps that are kept, in the order in which they were noticed. */
export async function storedSteps(em: Em): Promise<StoredStep[]> {
  const rows = await em.find(ClockStepRow, {}, { orderBy: { seq: 'asc' } });
  return rows.map(({ id, before, at, byMs }) => ({
    id,
    before: before.getTime(),
    at: at.getTime(),
    by: byMs,
  }));
}

export function clockStepView({ id, at, by }: Pick<StoredStep, 'id' | 'at' | 'by'>): ClockStepView {
  return { id, at: new Date(at).toISOString(), by };
}

/**
 * By how much the clock was set between a punch and now, ms, for each punch of the person that was recorded before a step. So
 * much longer its time seems to be ago than it is.
 *
 * @param last the step after which it is now
 */
export async function clockMoved(em: Em, personId: string, last: string): Promise<Map<string, number>> {
  const rows = await em.execute<{ id: string; by: number }[]>(
    `select punch.id, sum(step.by_ms) as by from punch
       join clock_step_punch link on link.punch_id = punch.id
       join clock_step step on step.id = link.step_id
       where punch.person_id = ? and step.seq <= (select seq from clock_step where id = ?)
       group by punch.id`,
    [personId, last],
  );
  return new Map(rows.map(({ id, by }) => [id, by]));
}

function newestSteps(em: Em): Promise<ClockStepRow[]> {
  return em.find(ClockStepRow, {}, { orderBy: { seq: 'desc' }, limit: 1 });
}

/** Returns the id of the step: that of another server of this machine, where it was quicker. */
async function store(em: Em, id: string, { before, at, by }: ClockStep): Promise<string> {
  await lockByName(em, 'muster/clock-step');
  const [newest] = await newestSteps(em);
  const host = os.hostname();
  if (
    newest?.host === host &&
    Math.abs(newest.at.getTime() - at) < SAME &&
    Math.abs(newest.byMs - by) < SAME
  ) {
    return newest.id;
  }
  const seq = (newest?.seq ?? 0) + 1;
  const step = { id, seq, host, before: new Date(before), at: new Date(at), byMs: by };
  await em.insert(ClockStepRow, { ...step, acknowledgedAt: null, acknowledgedBy: null });
  // All that may be near in time to a punch after the step: by the time that really passed, or by what the clock shows now.
  await em.execute(
    `insert into clock_step_punch (step_id, punch_id)
       select ?, id from punch where at > ? or at > ? and at < ?`,
    [id, new Date(before - LONGEST_GAP), new Date(at - LONGEST_GAP), new Date(at + LONGEST_GAP)],
  );
  await em.execute(
    'delete from clock_step_punch where step_id in (select id from clock_step where seq <= ?)',
    [seq - LINKED],
  );
  await em.execute('delete from clock_step where seq <= ?', [seq - KEPT]);
  await audit(em, { act: 'clock.set', after: detailOf(step) });
  return id;
}

function detailOf({ host, before, at, byMs }: Pick<ClockStepRow, 'host' | 'before' | 'at' | 'byMs'>) {
  return { host, from: before.toISOString(), to: at.toISOString(), seconds: Math.round(byMs / 1_000) };
}
