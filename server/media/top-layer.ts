import type { types as ms } from 'mediasoup';

/** How often the layer is checked, ms. Longer than a switch takes, because keyframes are requested once a second at most. */
const INTERVAL = 2_000;

/**
 * Makes sure that a simulcast consumer on a DirectTransport reaches its preferred layer. Such a transport has no bandwidth
 * estimation, so the worker selects a layer only when a stream begins or ends, which may be before it knows the clock of
 * the higher stream and can switch to it. Preferring the current layer and then the wanted layer again makes the worker
 * select again.
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
  // An error means that the consumer was closed in the meantime and needs no layer.
  const timer = setInterval(() => void climb().catch(() => {}), INTERVAL).unref();
  consumer.observer.once('close', () => clearInterval(timer));
}
