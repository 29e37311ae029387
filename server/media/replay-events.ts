import type { types as ms } from 'mediasoup';
import type { Logger } from 'pino';
import type { EventMessage } from '../protocol/results.ts';

/**
 * When the recent events are sent, ms after the association is established. A message that arrives before the browser has
 * set up its end of the channel is lost without a trace, and the server cannot know when that end is ready. So the events
 * are sent three times, over a period in which every browser gets ready.
 */
const REPLAY_AT = [0, 1_000, 4_000] as const;

/** Sends the events that a station may have missed while it was disconnected. The station drops duplicates by event ID. */
export function replayEvents(options: {
  transport: ms.WebRtcTransport;
  consumer: ms.DataConsumer;
  /** The recent events, oldest first; called again for each repetition. */
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
        replay().catch((error: unknown) =>
          log.debug({ event: 'replay.failed', err: error }, 'recent events not sent'),
        );
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
