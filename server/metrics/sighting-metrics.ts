import { Counter, Histogram, type Registry } from 'prom-client';
import type { SightingsWaiting } from '#protocol/health.ts';
import type { AttendanceEvent } from '#protocol/results.ts';
import { collectedGauge } from './collected.ts';

/** `refused`: by the database, for its content; it is on the list of refused punches. */
export type SightingOutcome = 'punched' | 'already' | 'ignored' | 'refused';

const OUTCOMES: readonly SightingOutcome[] = ['punched', 'already', 'ignored', 'refused'];

/** From a healthy database to an outage of a day, s. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600, 3_600, 86_400];
/** Of a disk, s. */
const WRITE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export class SightingMetrics {
  waiting: () => SightingsWaiting & { damaged: boolean } = () => ({ waiting: 0, unsaved: 0, damaged: false });
  readonly #sightings: Counter<'outcome'>;
  readonly #delivery: Histogram;
  readonly #writes: Histogram;
  readonly #failures: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const waiting = () => this.waiting();
    this.#sightings = new Counter({
      name: 'muster_sightings_total',
      help: 'Sightings that are done with, by what became of them.',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of OUTCOMES) this.#sightings.inc({ outcome }, 0);
    this.#delivery = new Histogram({
      name: 'muster_sighting_delivery_seconds',
      help: 'Time from the arrival of a sighting at the server until the database has it.',
      buckets: BUCKETS,
      registers,
    });
    collectedGauge({
      name: 'muster_inbox_waiting',
      help: 'Sightings that wait until the database takes them.',
      registers,
      collect() {
        this.set(waiting().waiting);
      },
    });
    collectedGauge({
      name: 'muster_inbox_unsaved',
      help: 'Waiting sightings that only the memory holds, because the disk takes nothing either.',
      registers,
      collect() {
        this.set(waiting().unsaved);
      },
    });
    this.#writes = new Histogram({
      name: 'muster_journal_write_seconds',
      help: 'Time that it took to write waiting sightings into the journal, so that they survive a power cut.',
      buckets: WRITE_BUCKETS,
      registers,
    });
    this.#failures = new Counter({
      name: 'muster_journal_write_failures_total',
      help: 'Writes into the journal that the disk refused.',
      registers,
    });
    collectedGauge({
      name: 'muster_journal_damaged',
      help: '1 when the journal was found changed or foreign at the start.',
      registers,
      collect() {
        this.set(Number(waiting().damaged));
      },
    });
  }

  /** @param waited from its arrival at this run of the server, ms; null for one of an earlier run */
  done(outcome: SightingOutcome, waited: number | null): void {
    this.#sightings.inc({ outcome });
    if (waited !== null) this.#delivery.observe(waited / 1000);
  }

  /** @param took ms */
  journalWritten(took: number, ok: boolean): void {
    if (ok) this.#writes.observe(took / 1000);
    else this.#failures.inc();
  }
}

/** What a sighting was worth, by what its station was told. */
export function outcomeOf(result: AttendanceEvent['result']): SightingOutcome {
  if (result === 'ignored') return 'ignored';
  return result.startsWith('already-') ? 'already' : 'punched';
}
