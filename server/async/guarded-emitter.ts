/** An event emitter whose listeners can harm neither the emitter nor each other. */
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { RepeatedFaults } from './repeated-faults.ts';

/**
 * For events that start in a timer, a message from a child process or another callback with no caller above it to
 * catch: there, an error in a listener would be an uncaught exception and would end the whole server.
 */
export class GuardedEmitter<Events extends Record<keyof Events, unknown[]>> extends EventEmitter<Events> {
  readonly #log: Logger;
  readonly #faults = new RepeatedFaults();

  constructor(log: Logger) {
    super();
    this.#log = log;
  }

  /** Like `emit`, but logs a listener's error (once an hour per event and message) and calls the other listeners. */
  protected emitGuarded<Event extends keyof Events & string>(event: Event, ...values: Events[Event]): void {
    for (const listener of this.rawListeners(event as never)) {
      try {
        Reflect.apply(listener, this, values);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (this.#faults.isNew(`${event}: ${message}`)) {
          this.#log.error(
            { event: 'listener.failed', emitted: event, err: error },
            'an event listener threw (logged once an hour)',
          );
        }
      }
    }
  }
}
