import type { EventMessage } from '../protocol/results.ts';
import { MEDIA_LIMITS } from './limits.ts';

/**
 * The recent events of each camera, for a station that reconnects. A data channel is only as reliable as its transport, and
 * an event that was written to a dying connection is lost with it. Because events are sent again, a station can receive one
 * twice and drops duplicates by the event's ID. Limited in age and number for each camera.
 */
export class EventBacklog {
  readonly #events = new Map<string, { at: number; message: EventMessage }[]>();

  /** @param at the current time of any clock, ms; `recent` must be called with the same clock */
  add(cameraId: string, message: EventMessage, at: number): void {
    this.#prune(at);
    const kept = (this.#events.get(cameraId) ?? []).filter((e) => e.message.id !== message.id);
    kept.push({ at, message });
    this.#events.set(cameraId, kept.slice(-MEDIA_LIMITS.eventsRetained));
  }

  /** The recent events of the camera, oldest first. */
  recent(cameraId: string, at: number): EventMessage[] {
    this.#prune(at);
    return (this.#events.get(cameraId) ?? []).map((e) => e.message);
  }

  /** Of a camera whose events are to say something else from now on. */
  forget(cameraId: string): void {
    this.#events.delete(cameraId);
  }

  #prune(at: number): void {
    for (const [cameraId, events] of this.#events) {
      const kept = events.filter((e) => at - e.at <= MEDIA_LIMITS.eventRetention);
      if (kept.length > 0) this.#events.set(cameraId, kept);
      else this.#events.delete(cameraId);
    }
  }
}
