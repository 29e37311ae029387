/**
 * Ms of the monotonic clock that all programs of a machine share: `performance.now()` of two programs cannot be compared,
 * because each counts from its own start.
 */
export function machineNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
