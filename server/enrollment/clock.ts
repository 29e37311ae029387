/** Time as the enrollment service needs it, so that a test can pass it by hand. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Calls back once; the function returned calls it off. Must not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};
