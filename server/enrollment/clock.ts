/** The clock of the enrollment service, which tests replace with one that they control. */
export interface Clock {
  /** Monotonic, ms: a capture neither ends nor lasts longer because somebody sets the clock. */
  now(): number;
  /** Calls back once, unless the returned function is called before. It must not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};
