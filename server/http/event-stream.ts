/** A reply of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Response } from 'express';
import { type StreamPart, STREAM_TYPE } from '../protocol/endpoint.ts';

/** A caller who takes nothing for this long loses the stream, ms. They can resume where they were. */
const SLOWEST = 30_000;

type Event = { type: string };

/**
 * Sends until the stream or the caller ends it. The stream is asked for more only when the caller has taken what was sent.
 *
 * @param start throws what is answered in place of a stream
 */
export async function sendEvents(
  res: Response,
  start: (signal: AbortSignal) => AsyncIterable<StreamPart<Event>>,
  slowest = SLOWEST,
): Promise<void> {
  const ended = new AbortController();
  const { signal } = ended;
  res.once('close', () => ended.abort());
  try {
    const parts = start(signal);
    res.setHeader('Content-Type', STREAM_TYPE);
    // nginx would keep what is small until it is much.
    res.setHeader('X-Accel-Buffering', 'no');
    res.flushHeaders();
    if (res.req.method !== 'HEAD') {
      for await (const part of parts) {
        if (signal.aborted) break;
        if (res.write(textOf(part)) || (await drained(res, signal, slowest))) continue;
        res.destroy();
        break;
      }
    }
    res.end();
  } finally {
    ended.abort();
  }
}

/** False: the caller has taken nothing for too long. */
async function drained(res: Response, signal: AbortSignal, slowest: number): Promise<boolean> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    return await Promise.race([
      once(res, 'drain', { signal: either }).then(() => true),
      delay(slowest, false, { signal: either }),
    ]);
  } catch (error) {
    if (signal.aborted) return true;
    throw error;
  } finally {
    over.abort();
  }
}

/** With an id alone it is a sign of life, and moves the place where the caller would resume. */
function textOf({ id, event }: StreamPart<Event>): string {
  if (!event) return `: still here\nid: ${id}\n\n`;
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
