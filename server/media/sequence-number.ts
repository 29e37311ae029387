/** The number of a packet, 16 bits, continued from the newest one. Pure. */
export function continued(number: number, newest: number | null): number {
  if (newest === null) return number;
  const ahead = (number - newest) & 0xffff;
  return newest + (ahead < 0x8000 ? ahead : ahead - 0x1_0000);
}
