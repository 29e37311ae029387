import { describe, expect, it } from 'vitest';
import { Vp9Seal } from './vp9-seal.ts';

interface Part {
  number: number;
  begins?: boolean;
  ends?: boolean;
  data?: string;
  padding?: number;
}

function packet({ number, begins = false, ends = false, data = 'aabbcc', padding = 0 }: Part): Buffer {
  const header = Buffer.from('8068000100000001000000ff', 'hex');
  header.writeUInt16BE(number & 0xffff, 2);
  if (padding > 0) header[0]! |= 0x20;
  const descriptor = Buffer.of(0x80 | (begins ? 8 : 0) | (ends ? 4 : 0), 0x2a);
  const pad = Buffer.alloc(padding, padding);
  return Buffer.concat([header, descriptor, Buffer.from(data, 'hex'), pad]);
}

const payload = (passed: Buffer) => passed.subarray(14).toString('hex');
const index = (bytes: number) => `d8${Buffer.of(bytes, 0, 0, 0).toString('hex')}d8`;

describe('Vp9Seal', () => {
  it('a picture in one packet, and in several, says at its end how long it is', () => {
    const seal = new Vp9Seal();
    const [alone] = seal.pass(packet({ number: 1, begins: true, ends: true }));
    expect(payload(alone!)).toBe(`aabbcc${index(3)}`);
    const first = packet({ number: 2, begins: true });
    expect(seal.pass(first)).toEqual([first]);
    const [last] = seal.pass(packet({ number: 3, ends: true, data: '1122' }));
    expect(payload(last!)).toBe(`1122${index(5)}`);
  });

  it('the last packet waits for those that come later, also past the largest number', () => {
    const seal = new Vp9Seal();
    expect(seal.pass(packet({ number: 65_535, begins: true }))).toHaveLength(1);
    expect(seal.pass(packet({ number: 65_537, ends: true }))).toEqual([]);
    const middle = packet({ number: 65_536 });
    const [passed, last] = seal.pass(middle);
    expect(passed).toBe(middle);
    expect(payload(last!)).toBe(`aabbcc${index(9)}`);
  });

  it('a picture of which a packet is missing never ends, and the next one does', () => {
    const seal = new Vp9Seal();
    seal.pass(packet({ number: 1, begins: true }));
    expect(seal.pass(packet({ number: 3, ends: true }))).toEqual([]);
    expect(seal.pass(packet({ number: 4, begins: true, ends: true }))).toHaveLength(1);
  });

  it('a second packet with the same number does not pass, whatever it says', () => {
    const seal = new Vp9Seal();
    seal.pass(packet({ number: 1, begins: true }));
    expect(seal.pass(packet({ number: 1, begins: true, data: 'ffffffff' }))).toEqual([]);
    const [last] = seal.pass(packet({ number: 2, ends: true }));
    expect(payload(last!)).toBe(`aabbcc${index(6)}`);
  });

  it('what ends without a beginning of its own does not pass', () => {
    const seal = new Vp9Seal();
    seal.pass(packet({ number: 1, begins: true, ends: true }));
    expect(seal.pass(packet({ number: 2, ends: true }))).toEqual([]);
  });

  it('padding is no part of the picture, and none is left behind its end', () => {
    const seal = new Vp9Seal();
    const [sealed] = seal.pass(packet({ number: 1, begins: true, ends: true, padding: 4 }));
    expect(payload(sealed!)).toBe(`aabbcc${index(3)}`);
    expect(sealed![0]! & 0x20).toBe(0);
  });

  it('what waits is bounded', () => {
    const seal = new Vp9Seal();
    for (let number = 0; number < 5_000; number += 2) seal.pass(packet({ number, ends: true }));
    // The beginnings of the first ones come too late, those of the last ones do not.
    expect(seal.pass(packet({ number: 3_999, begins: true }))).toHaveLength(1);
    expect(seal.pass(packet({ number: 4_997, begins: true }))).toHaveLength(2);
  });
});
