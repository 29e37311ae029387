import { describe, expect, it } from 'vitest';
import { av1Sizes } from './av1-size.ts';

/** Of Chromium: a sequence header and the beginning of a keyframe, then the beginning of the next picture. */
const KEY = '680b0800000024c4ffdf00680230104b301b6db6c5291a0010b51f9d0f83d0a9de2a605b36e3b2131c';
const DELTA = '103030c040fdf824c10d00ef80764000000000000e38e382d3480008009834d0706d92449b83d8b5';
/** Sequence headers of other encoders, without their own lengths. */
const LIBAOM = '0800000024c4ffdf36be4010';
const SVT = '0800000024c4ffdf3efe4090';
/** Pictures of SVT-AV1 that it has made smaller, in a sequence of 640 × 480. */
const SMALLER = { key: '301500ffdfe03fe02ff42d027d985d89', delta: '30294400124924803553f80d5009fea2' };

function packet(payload: string, number = 1): Buffer {
  const header = Buffer.from('8068000000000001000000ff', 'hex');
  header.writeUInt16BE(number & 0xffff, 2);
  return Buffer.concat([header, Buffer.from(payload, 'hex')]);
}

type Field = [value: number, count: number];

function bits(...fields: Field[]): string {
  const written = fields.map(([value, count]) => value.toString(2).padStart(count, '0')).join('');
  const whole = written.padEnd(Math.ceil(written.length / 8) * 8, '0');
  return whole.replaceAll(/.{8}/g, (byte) => Number.parseInt(byte, 2).toString(16).padStart(2, '0'));
}

/** A sequence header of the simplest kind. */
function sequence(
  width: number,
  height: number,
  { profile = 0, deep = 0, gray = 0, buffers = false, sideBits = 16 } = {},
): string {
  const timing: Field[] = buffers
    ? [
        [1, 1],
        [1, 32],
        [30, 32],
        [0, 1],
        [1, 1],
      ]
    : [[0, 1]];
  const fields: Field[] = [
    [profile, 3],
    [0, 2],
    ...timing,
    [0, 1],
    [0, 5],
    [0, 17],
    [sideBits - 1, 4],
    [sideBits - 1, 4],
    [width - 1, sideBits],
    [height - 1, sideBits],
    // Neither numbers nor tools; no order, no screen content.
    [0, 4],
    [0, 5],
    [0, 2],
    [0, 3],
    [deep, 1],
    ...(profile === 1 ? [] : [[gray, 1] as Field]),
    [0, 16],
  ];
  return `08${bits(...fields)}`;
}

/** A picture that is no keyframe, of its own size; `intra`: needs no others. */
function picture(width: number, height: number, { intra = false, sideBits = 16 } = {}): string {
  return `30${bits(
    [0, 1],
    [intra ? 2 : 1, 2],
    [1, 1],
    // Not resilient, then of another size.
    [0, 1],
    [0, 1],
    [1, 1],
    ...((intra ? [] : [[7, 3]]) as Field[]),
    [1, 8],
    ...((intra
      ? []
      : [
          [0, 21],
          [0, 7],
        ]) as Field[]),
    [width - 1, sideBits],
    [height - 1, sideBits],
    [0, 32],
  )}`;
}

const alone = (unit: string) => `18${unit}`;
const size = (width: number, height: number, key: boolean) => ({ size: { width, height }, key });

describe('the size of a picture of AV1 before it is decoded', () => {
  it('the sequence header says it, and the pictures after it have it', () => {
    const read = av1Sizes();
    expect(read(packet(KEY, 1))).toEqual(size(640, 480, true));
    expect(read(packet('90a658b36c4e85', 2))).toBeNull();
    expect(read(packet(DELTA, 3))).toEqual(size(640, 480, false));
  });

  it.each([
    ['libaom', LIBAOM],
    ['SVT-AV1', SVT],
  ])('that of %s in a packet of its own begins a keyframe', (_, unit) => {
    expect(av1Sizes()(packet(alone(unit)))).toEqual(size(640, 480, true));
  });

  it('lengths before and in the units are understood', () => {
    const own = LIBAOM.replace(/^08/, '0a0b').slice(0, 4) + LIBAOM.slice(2);
    const length = (own.length / 2).toString(16).padStart(2, '0');
    expect(av1Sizes()(packet(`08${length}${own}`))).toEqual(size(640, 480, true));
    const long = `${(own.length / 2 + 128).toString(16)}00`;
    expect(av1Sizes()(packet(`08${long}${own}`))).toEqual(size(640, 480, true));
  });

  it('the largest sequence is measured', () => {
    expect(av1Sizes()(packet(alone(sequence(65_536, 65_536))))).toEqual(size(65_536, 65_536, true));
  });

  it('pictures that an encoder has made smaller say their own size', () => {
    const read = av1Sizes();
    read(packet(alone(SVT), 1));
    expect(read(packet(alone(SMALLER.key), 2))).toEqual(size(512, 384, false));
    expect(read(packet(alone(SMALLER.delta), 3))).toEqual(size(427, 320, false));
  });

  it.each([{ intra: true }, { intra: false }])('a picture of another size says it, intra: $intra', (kind) => {
    const read = av1Sizes();
    expect(read(packet(alone(sequence(640, 480)), 1))).toEqual(size(640, 480, true));
    expect(read(packet(alone(picture(9_000, 8_000, kind)), 2))).toEqual(size(9_000, 8_000, false));
  });

  it('no size hides behind another one in the same packet', () => {
    const small = sequence(320, 240);
    const large = sequence(16_384, 200);
    const length = (small.length / 2).toString(16).padStart(2, '0');
    expect(av1Sizes()(packet(`28${length}${large}${small}`))).toEqual(size(16_384, 240, true));
  });

  it.each([
    ['another profile', sequence(640, 480, { profile: 1 })],
    ['10 bits', sequence(640, 480, { deep: 1 })],
    ['gray', sequence(640, 480, { gray: 1 })],
  ])('%s is undecodable', (_, unit) => {
    expect(av1Sizes()(packet(alone(unit)))).toBe('undecodable');
  });

  it.each([
    ['a sequence header in fragments', `58${LIBAOM}`],
    ['a sequence header that is cut off', alone(LIBAOM.slice(0, 16))],
    ['a decoder with buffers', alone(sequence(640, 480, { buffers: true }))],
    ['a unit that is longer than it says', alone(`0a0a${LIBAOM.slice(2)}`)],
    ['a unit that is shorter than it says', alone(`0a0c${LIBAOM.slice(2)}`)],
    ['a unit longer than the packet', `08ff00${LIBAOM}`],
    ['an empty unit', `0800${LIBAOM}`],
    ['a length without end', `08ffffffffffff01${LIBAOM}`],
    ['a packet of nothing but its first byte', '18'],
  ])('%s is unreadable', (_, payload) => {
    expect(av1Sizes()(packet(payload))).toBe('unreadable');
  });

  it('a picture whose header goes on in the next packet is unreadable', () => {
    const read = av1Sizes();
    read(packet(alone(sequence(640, 480)), 1));
    expect(read(packet('5030', 2))).toBe('unreadable');
    expect(read(packet(`50${picture(9_000, 8_000).slice(0, 14)}`, 3))).toBe('unreadable');
  });

  it('a picture before the first sequence header is late', () => {
    expect(av1Sizes()(packet(DELTA))).toBe('late');
  });

  it('a sequence header that comes late and changes what passed already is late, also past the largest number', () => {
    const read = av1Sizes();
    read(packet(alone(sequence(640, 480, { sideBits: 12 })), 65_534));
    expect(read(packet(alone(picture(700, 500, { sideBits: 12 })), 65_537))).toEqual(size(700, 500, false));
    // It would be read as another size after this header.
    expect(read(packet(alone(sequence(640, 480)), 65_536))).toBe('late');
    expect(read(packet(alone(sequence(640, 480, { sideBits: 12 })), 65_535))).toEqual(size(640, 480, true));
    expect(read(packet(alone(sequence(640, 480)), 65_538))).toEqual(size(640, 480, true));
    expect(read(packet(alone(picture(700, 500, { sideBits: 12 })), 65_537))).toBe('late');
  });

  it('no bytes make it fail', () => {
    let seed = 7;
    const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) >>> 24;
    for (const payload of [KEY, DELTA]) {
      const read = av1Sizes();
      read(packet(KEY, 0));
      for (let round = 0; round < 3_000; round += 1) {
        const bytes = packet(payload, round).subarray(0, 12 + (random() % (payload.length / 2 + 1)));
        for (let i = 0; i < 3; i += 1) bytes[12 + (random() % 20)] = random();
        expect(() => read(bytes)).not.toThrow();
      }
    }
  });
});
