import { describe, expect, it } from 'vitest';
import { RtpOrder } from './rtp-order.ts';

const order = () => new RtpOrder({ patience: 50, most: 4 });
const numbers = (ordered: { packet: { sequence: number }; gap: boolean }[]) =>
  ordered.map(({ packet, gap }) => (gap ? -packet.sequence : packet.sequence));

describe('RtpOrder', () => {
  it('packets that overtook each other are put in order, also where the numbers begin anew', () => {
    const packets = order();
    expect(numbers(packets.take({ sequence: 65_534 }, 0))).toEqual([65_534]);
    expect(numbers(packets.take({ sequence: 0 }, 1))).toEqual([]);
    expect(packets.missing(8)).toEqual([65_535]);
    expect(numbers(packets.take({ sequence: 65_535 }, 2))).toEqual([65_535, 0]);
    expect(packets.missing(8)).toEqual([]);
  });

  it('a packet that does not come is given up after the patience, and the next one says so', () => {
    const packets = order();
    packets.take({ sequence: 10 }, 0);
    packets.take({ sequence: 12 }, 10);
    packets.take({ sequence: 13 }, 20);
    expect(numbers(packets.ready(59))).toEqual([]);
    expect(numbers(packets.ready(60))).toEqual([-12, 13]);
    // It comes after all.
    expect(numbers(packets.take({ sequence: 11 }, 61))).toEqual([]);
    expect(numbers(packets.take({ sequence: 14 }, 62))).toEqual([14]);
  });

  it('no more packets wait than may', () => {
    const packets = order();
    packets.take({ sequence: 1 }, 0);
    for (const sequence of [3, 4, 5]) expect(packets.take({ sequence }, 0)).toEqual([]);
    expect(numbers(packets.take({ sequence: 6 }, 0))).toEqual([-3, 4, 5, 6]);
  });

  it('a packet that comes twice is taken once', () => {
    const packets = order();
    packets.take({ sequence: 1 }, 0);
    packets.take({ sequence: 3 }, 0);
    packets.take({ sequence: 3 }, 0);
    expect(numbers(packets.take({ sequence: 2 }, 0))).toEqual([2, 3]);
  });
});
