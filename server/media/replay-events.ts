import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import type { EventMessage } from '../protocol/results.ts';

/**
 * Milliseconds after the association is up. A message that arrives before the browser has made its end of
 * the channel is dropped there without a trace, and nothing tells the server when that end is ready; so the
 * events of the last while are sent thrice, over a time in which every browser gets ready.
 */
const REPLAY_AT = [0, 1_000, 4_000] as const;

/** Sends what a station may have missed while it was away. It de-duplicates by the events' ids. */
export function replayEvents(options: {
  transport: ms.WebRtcTransport;
  consumer: ms.DataConsumer;
  /** Oldest first; asked for anew each time. */
  events: () => EventMessage[];
  log: Logger;
}): void {
  const { transport, consumer, log } = options;
  const timers: NodeJS.Timeout[] = [];
  const replay = async () => {
    for (const event of options.events()) {
      if (consumer.closed) return;
      await consumer.send(JSON.stringify(event));
    }
  };
  const begin = () => {
    for (const delay of REPLAY_AT) {
      const run = () => {
        replay().catch((error: unknown) => log.debug({ err: error, event: 'replay.failed' }));
      };
      timers.push(setTimeout(run, delay).unref());
    }
  };
  const onState = (state: ms.SctpState) => {
    if (state !== 'connected') return;
    transport.off('sctpstatechange', onState);
    begin();
  };
  consumer.observer.once('close', () => {
    transport.off('sctpstatechange', onState);
    for (const timer of timers) clearTimeout(timer);
  });
  if (transport.sctpState === 'connected') begin();
  else transport.on('sctpstatechange', onState);
}
