/** Exponential back-off with equal jitter: quick first attempts, no long waits, and clients spread over time. */
export const BACKOFF = { first: 250, factor: 2, longest: 10_000 } as const;

/**
 * @param attempt 0 for the first retry.
 * @param random 0..1.
 * @returns Milliseconds to wait: between half of the step and the whole step.
 */
export function backoffDelay(attempt: number, random = Math.random()): number {
  const step = Math.min(BACKOFF.longest, BACKOFF.first * BACKOFF.factor ** Math.min(attempt, 30));
  return Math.round(step / 2 + (step / 2) * random);
}

/** Resolves after that time; rejects with AbortError when the signal is aborted first. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new DOMException('Stopped', 'AbortError'));
      return;
    }
    const abort = () => {
      clearTimeout(timer);
      reject(new DOMException('Stopped', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
