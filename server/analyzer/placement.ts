/** Which analyzer takes a camera. Pure. */

/** What is known of an analyzer. */
export interface Seat {
  up: boolean;
  remote: boolean;
  draining: boolean;
  /** What it says of itself, 0..1; null where nobody measures it. */
  load: number | null;
  /** Cameras of this server that are assigned to it. */
  cameras: number;
  /** Of these, the ones that its load does not show yet. */
  fresh: number;
}

/** What a camera is taken to add to the load until the analyzer reports it: 32 cameras fill two cores. */
const CAMERA = 0.03;
/** A camera is only moved away from an analyzer whose load is higher than another's by more than this. */
const UNEVEN = 0.3;

/** On one machine: by number of cameras, and a running analyzer comes before one that is down. */
function leastCameras<S extends Seat>(seats: readonly S[]): S | null {
  const weight = ({ cameras, up }: Seat) => cameras + (up ? 0 : 1_000_000);
  return seats.reduce<S | null>((best, seat) => (!best || weight(seat) < weight(best) ? seat : best), null);
}

/** The load that is to be expected, 0..1 and more. */
function expectedLoad({ load, cameras, fresh }: Seat): number {
  return load === null ? cameras * CAMERA : load + fresh * CAMERA;
}

/**
 * The analyzer for a camera; null if there is none for the moment. With analyzers on other hosts, two are drawn and the less
 * loaded of them is taken: many servers that all took the least loaded one would fill it at the same instant.
 *
 * @param draw a number from 0 to 1, excluding 1
 */
export function choose<S extends Seat>(seats: readonly S[], draw: () => number = Math.random): S | null {
  const local = seats.filter(({ remote }) => !remote);
  const open = seats.filter(({ up, draining }) => up && !draining);
  if (local.length === seats.length || open.length === 0) return leastCameras(local);
  const left = [...open];
  const drawn = () => left.splice(Math.floor(draw() * left.length), 1);
  const two = [...drawn(), ...drawn()];
  return two.reduce((best, seat) => (expectedLoad(seat) < expectedLoad(best) ? seat : best));
}

/** From where to where one camera should move so that the load evens out; null where it need not. */
export function uneven<S extends Seat>(seats: readonly S[]): { from: S; to: S } | null {
  const open = seats.filter(({ up, draining }) => up && !draining);
  const sorted = open.toSorted((a, b) => expectedLoad(a) - expectedLoad(b));
  const [to, from] = [sorted[0], sorted.at(-1)];
  if (!to || !from || !from.remote || from.cameras < 2) return null;
  return expectedLoad(from) - expectedLoad(to) > UNEVEN ? { from, to } : null;
}
