/** Deletes data that is older than the configuration allows: once a day, by one of all servers. Counts it at any time. */
import type { Logger } from 'pino';
import { SerialQueue } from '../async/serial.ts';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { RetentionRun } from '../db/entities/retention-run.ts';
import { EVENT_DAYS } from '../protocol/events.ts';
import type { RetentionLine, RetentionView } from '../protocol/retention.ts';
import { retentionRules, type KeepDays, type RetentionRule } from './retention-rules.ts';
import type { WaitingCaptures } from '../biometrics/waiting-captures.ts';
import type { TemplateStore } from '../biometrics/template-store.ts';
import { DAY, HOUR } from '../time/durations.ts';

export interface RetentionOptions {
  database: Database;
  templates: Pick<TemplateStore, 'destroy'>;
  waiting: Pick<WaitingCaptures, 'destroy'>;
  /** `config.keepDays` at the moment: days that each kind of data is kept; null means forever. */
  keep: () => KeepDays;
  log: Logger;
  /** Epoch ms; replaced in tests. */
  now?: () => number;
}

/** How often a server checks whether the run of the day is still due, ms. */
const LOOK = HOUR;
const RUNS_SHOWN = 30;

export class RetentionService {
  readonly #database: Database;
  readonly #rules: readonly RetentionRule[];
  readonly #keep: () => KeepDays;
  readonly #log: Logger;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | null = null;
  readonly #runs = new SerialQueue();

  constructor({ database, templates, waiting, keep, log, now = Date.now }: RetentionOptions) {
    this.#database = database;
    this.#rules = retentionRules(templates, waiting);
    this.#keep = keep;
    this.#log = log.child({ part: 'retention' });
    this.#now = now;
  }

  /** Does the run of today where no server has done it yet, and from then on the run of each day. */
  start(): void {
    const look = () => {
      this.#runs
        .run(() => this.run())
        .catch((error: unknown) =>
          this.#log.error(
            { event: 'retention.failed', err: error },
            'retention failed; the next try is in an hour',
          ),
        );
    };
    look();
    this.#timer = setInterval(look, LOOK).unref();
  }

  /** Idempotent. Resolves when no run is under way. */
  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#runs.idle();
  }

  /** Counts the data that a run would delete now. Changes nothing. */
  async preview(): Promise<RetentionLine[]> {
    return this.#database.transaction(async (em) => {
      const lines: RetentionLine[] = [];
      for (const rule of this.#rules) {
        const line = this.#line(rule);
        if (line.before !== null) line.count = await rule.count(em, new Date(line.before));
        lines.push(line);
      }
      return lines;
    });
  }

  async view(): Promise<RetentionView> {
    const runs = await this.#database
      .fork()
      .find(RetentionRun, {}, { orderBy: { day: 'desc' }, limit: RUNS_SHOWN });
    return {
      next: await this.preview(),
      runs: runs.map(({ at, report }) => ({ at: at.toISOString(), report: report.map(withCurrentName) })),
    };
  }

  /**
   * Deletes in one transaction, together with an event in the audit trail. Null where the run of the day (UTC) was already
   * done, by this server or another: the server that writes the row of the day first does the work, and the others wait
   * for its commit.
   */
  async run(): Promise<RetentionLine[] | null> {
    const at = new Date(this.#now());
    const report = await this.#database.transaction(async (em) => {
      await em.execute('set local statement_timeout = 0');
      const day = at.toISOString().slice(0, 10);
      const claimed = await em.execute(
        `insert into retention_run (day, at, report) values (?, ?, '[]') on conflict do nothing returning day`,
        [day, at],
      );
      if (claimed.length === 0) return null;
      const lines: RetentionLine[] = [];
      for (const rule of this.#rules) {
        const line = this.#line(rule);
        if (line.before !== null) line.count = await rule.remove(em, new Date(line.before));
        lines.push(line);
      }
      // Hints for boards in memory, which read them within minutes.
      await em.execute(`delete from hours_change where at < now() - interval '1 hour'`);
      await em.execute(`delete from outbox_event where at < now() - ? * interval '1 day'`, [EVENT_DAYS]);
      await em.execute(`delete from rate_limit where at < now() - interval '1 day'`);
      await em.execute('update retention_run set report = ?::jsonb where day = ?', [
        JSON.stringify(lines),
        day,
      ]);
      const counts = Object.fromEntries(lines.map(({ what, count }) => [what, count]));
      await audit(em, { act: 'retention.run', after: { day, ...counts } });
      return lines;
    });
    if (report) this.#log.info({ event: 'retention.run', report }, 'retention done');
    return report;
  }

  #line({ what }: RetentionRule): RetentionLine {
    const keepDays = this.#keep()[what];
    const before = keepDays === null ? null : new Date(this.#now() - keepDays * DAY).toISOString();
    return { what, keepDays, before, count: 0 };
  }
}

/** In reports of earlier versions, snapshots are called `evidence`. */
function withCurrentName(line: RetentionLine): RetentionLine {
  return (line.what as string) === 'evidence' ? { ...line, what: 'snapshots' } : line;
}
