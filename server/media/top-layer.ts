import type { types as ms } from 'mediasoup';

/** Longer than a switch takes: keyframes are asked for at most once a second. */
const INTERVAL = 2_000;

/**
 * Keeps a simulcast consumer of a DirectTransport on its way to the layer it prefers, for as long as it lives. On such
 * a transport, without bandwidth estimation, the worker looks at the layers only when a stream begins or ends, which may
 * be before it knows the higher stream's clock and can switch. Being told to prefer the present layer, and the wanted
 * one again, it looks anew.
 */
export function keepTopLayer(consumer: ms.Consumer): void {
  const wanted = consumer.preferredLayers;
  if (consumer.type !== 'simulcast' || !wanted) return;
  const climb = async () => {
    const current = consumer.currentLayers;
    const arrives = (consumer.score.producerScores[wanted.spatialLayer] ?? 0) > 0;
    if (consumer.closed || !current || !arrives || current.spatialLayer >= wanted.spatialLayer) return;
    await consumer.setPreferredLayers(current);
    await consumer.setPreferredLayers(wanted);
  };
  // A consumer that closes meanwhile needs no layer.
  const timer = setInterval(() => void climb().catch(() => {}), INTERVAL).unref();
  consumer.observer.once('close', () => clearInterval(timer));
}
