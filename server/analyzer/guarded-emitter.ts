/** An event emitter whose listeners cannot hurt it, nor each other. */
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { RepeatedFaults } from './repeated-faults.ts';

/**
 * What analyzers tell arrives from a child's IPC, with nobody above to catch: there a listener that throws would be an
 * uncaught exception, and the end of the whole server over one picture.
 */
export class GuardedEmitter<Events extends Record<keyof Events, unknown[]>> extends EventEmitter<Events> {
  readonly #log: Logger;
  readonly #faults = new RepeatedFaults();

  constructor(log: Logger) {
    super();
    this.#log = log;
  }

  /** As `emit`; a listener's error is logged, once an hour per event and message, and the others are called. */
  protected tell<Event extends keyof Events & string>(event: Event, ...values: Events[Event]): void {
    for (const listener of this.rawListeners(event as never)) {
      try {
        Reflect.apply(listener, this, values);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (this.#faults.isNew(`${event}: ${message}`)) {
          this.#log.error({ event, err: error }, 'a listener threw (logged once an hour)');
        }
      }
    }
  }
}
