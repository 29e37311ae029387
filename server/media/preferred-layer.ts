import type { types as ms } from 'mediasoup';

/** How often the layer is checked, ms. Longer than a switch takes, because keyframes are requested once a second at most. */
const INTERVAL = 2_000;

/**
 * Makes sure that a simulcast consumer without bandwidth estimation reaches its preferred layer. For such a consumer, the
 * worker selects a layer only when a stream begins or ends, which may be before it knows the clock of the wanted stream and can
 * switch to it. Preferring the current layer and then the wanted layer again makes the worker select again.
 *
 * @param prefer prefers the wanted layer again
 */
export function keepPreferredLayer(consumer: ms.Consumer, prefer: () => Promise<void>): void {
  if (consumer.type !== 'simulcast') return;
  const select = async () => {
    const current = consumer.currentLayers;
    const wanted = consumer.preferredLayers;
    if (consumer.closed || consumer.paused || !current || !wanted) return;
    const arrives = (consumer.score.producerScores[wanted.spatialLayer] ?? 0) > 0;
    if (!arrives || current.spatialLayer === wanted.spatialLayer) return;
    await consumer.setPreferredLayers(current);
    await prefer();
  };
  // An error means that the consumer was closed in the meantime and needs no layer.
  const timer = setInterval(() => void select().catch(() => {}), INTERVAL).unref();
  consumer.observer.once('close', () => clearInterval(timer));
}
