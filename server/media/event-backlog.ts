import type { EventMessage } from '../protocol/results.ts';
import { MEDIA_LIMITS } from './limits.ts';

/**
 * The last events of each camera, for a station that reconnects: a data channel is only as reliable as its
 * transport, and an event written while the link was dying is gone with it. Replay means a station can get
 * an event twice; events carry an id for that. Bounded in time and number per camera.
 */
export class EventBacklog {
  readonly #events = new Map<string, { at: number; message: EventMessage }[]>();

  /** `at`: any clock in ms, the same for `recent`. */
  add(cameraId: string, message: EventMessage, at: number): void {
    this.#prune(at);
    const kept = (this.#events.get(cameraId) ?? []).filter((e) => e.message.id !== message.id);
    kept.push({ at, message });
    this.#events.set(cameraId, kept.slice(-MEDIA_LIMITS.eventsRetained));
  }

  /** Oldest first. */
  recent(cameraId: string, at: number): EventMessage[] {
    this.#prune(at);
    return (this.#events.get(cameraId) ?? []).map((e) => e.message);
  }

  #prune(at: number): void {
    for (const [cameraId, events] of this.#events) {
      const kept = events.filter((e) => at - e.at <= MEDIA_LIMITS.eventRetention);
      if (kept.length > 0) this.#events.set(cameraId, kept);
      else this.#events.delete(cameraId);
    }
  }
}
