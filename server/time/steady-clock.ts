/**
 * A clock that never jumps, for times that are compared with each other and end up in a record: what happens in a picture,
 * and when. It counts like epoch ms from the start of this thread's process, whatever the wall clock is set to meanwhile.
 */
export function steadyNow(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/** What the wall clock shows, epoch ms, at a reading of the steady clock: by the wall clock as it is set now. */
export function wallTimeOf(steady: number): number {
  return steady + Date.now() - steadyNow();
}
