/**
 * Preloaded (`--import`) into a server process and its children: `Date` then tells the time of the real clock plus the offset
 * that stands in the file TEST_CLOCK_FILE, as if somebody had set the clock of the machine. Only `MovingClock` uses it.
 */
import { readFileSync } from 'node:fs';

const file = process.env['TEST_CLOCK_FILE'];
const RealDate = Date;
/** The file is read again after this time, ms of the monotonic clock. */
const REREAD = 20;

let offset = 0;
let readAt = -Infinity;

function shiftedNow(): number {
  if (file !== undefined && performance.now() - readAt >= REREAD) {
    readAt = performance.now();
    offset = Number(readFileSync(file, 'utf8'));
  }
  return RealDate.now() + offset;
}

globalThis.Date = new Proxy(RealDate, {
  // `Date()` without `new` is a text of the current time.
  apply: () => new RealDate(shiftedNow()).toString(),
  construct: (_target, values: unknown[], self) =>
    Reflect.construct(RealDate, values.length === 0 ? [shiftedNow()] : values, self) as Date,
  get: (target, name, self): unknown => (name === 'now' ? shiftedNow : Reflect.get(target, name, self)),
});
