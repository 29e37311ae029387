/** The part of a camera's picture in which faces count: what a zone may look like, and what lies in it. Pure. */

/** Fractions of the upright picture: from the left, and from the top. */
export type ZonePoint = readonly [x: number, y: number];

/** The corners in their order around the zone; the last is joined to the first. */
export type Zone = readonly ZonePoint[];

/** Corners of a zone. */
export const ZONE_CORNERS = { least: 3, most: 12 } as const;
/** A smaller zone holds no face at a usual distance: it was drawn by mistake. A fraction of the picture. */
const SMALLEST_ZONE = 0.005;

/** By the even-odd rule. A point on the edge may count either way. */
export function isInZone(zone: Zone, [x, y]: ZonePoint): boolean {
  let inside = false;
  for (const [i, [ax, ay]] of zone.entries()) {
    const [bx, by] = zone[(i + 1) % zone.length]!;
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  }
  return inside;
}

export type ZoneFault = 'few-corners' | 'many-corners' | 'crossed' | 'small';

/** Null where nothing is wrong with it. */
export function zoneFault(zone: Zone): ZoneFault | null {
  if (zone.length < ZONE_CORNERS.least) return 'few-corners';
  if (zone.length > ZONE_CORNERS.most) return 'many-corners';
  if (crossesItself(zone)) return 'crossed';
  return areaOf(zone) < SMALLEST_ZONE ? 'small' : null;
}

/** As a fraction of the picture. */
function areaOf(zone: Zone): number {
  let twice = 0;
  for (const [i, [ax, ay]] of zone.entries()) {
    const [bx, by] = zone[(i + 1) % zone.length]!;
    twice += ax * by - bx * ay;
  }
  return Math.abs(twice) / 2;
}

/** Whether two edges that do not share a corner meet. */
function crossesItself(zone: Zone): boolean {
  const edges = zone.map((from, i) => [from, zone[(i + 1) % zone.length]!] as const);
  return edges.some((one, i) =>
    edges.some((other, j) => j > i + 1 && !(i === 0 && j === edges.length - 1) && meet(one, other)),
  );
}

type Edge = readonly [ZonePoint, ZonePoint];

function meet([a, b]: Edge, [c, d]: Edge): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** Positive on one side of the line from a to b, negative on the other. */
function side([ax, ay]: ZonePoint, [bx, by]: ZonePoint, [x, y]: ZonePoint): number {
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
}
