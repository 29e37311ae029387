import { describe, expect, it } from 'vitest';
import { vp9Size } from './vp9-size.ts';

/** Of Chromium: a descriptor with the sizes of its layers, and the beginning of a keyframe. */
const KEY = '9bb19a10028001e0824983420027f01df44638241c19680002a050636f4df0ff37';
const DELTA = 'ddb19b0286004092389859e341b010160301fa4060304f629d0000000012807f1d';

function packet(payload: string, { marked = false, padding = 0 } = {}): Buffer {
  const header = Buffer.from('8068000100000001000000ff', 'hex');
  if (marked) header[1]! |= 0x80;
  if (padding > 0) header[0]! |= 0x20;
  const pad = Buffer.alloc(padding);
  if (padding > 0) pad[padding - 1] = padding;
  return Buffer.concat([header, Buffer.from(payload, 'hex'), pad]);
}

/** Writes numbers of so many bits each as bytes in hexadecimal. */
function bits(...fields: [value: number, count: number][]): string {
  const written = fields.map(([value, count]) => value.toString(2).padStart(count, '0')).join('');
  const whole = written.padEnd(Math.ceil(written.length / 8) * 8, '0');
  return whole.replaceAll(/.{8}/g, (byte) => Number.parseInt(byte, 2).toString(16).padStart(2, '0'));
}

const side = (pixels: number): [number, number] => [pixels - 1, 16];
const MARKER: [number, number] = [2, 2];
const SYNC: [number, number] = [0x498342, 24];

/** A picture that needs others: of the size of the n-th reference, or of its own. */
const delta = (reference: number | null, width = 0, height = 0) =>
  bits(
    MARKER,
    [0b00_0_1_1_0, 6],
    [0, 2],
    [0, 8],
    [0, 12],
    ...Array.from({ length: reference ?? 3 }, (): [number, number] => [0, 1]),
    ...(reference === null ? [side(width), side(height)] : ([[1, 1]] as [number, number][])),
    [0, 32],
  );
const intra = (width: number, height: number) =>
  bits(MARKER, [0b00_0_1_0_0, 6], [1, 1], [0, 2], SYNC, [0xff, 8], side(width), side(height));

describe('the size of a picture of VP9 before it is decoded', () => {
  it.each([
    ['of Chromium', KEY],
    ['of libvpx, without any number', '08824983420027f01df60838241c'],
    ['with the number of a picture of 7 bits', '882a824983420027f01df60838241c'],
    ['with layers of time', 'a880324007824983420027f01df60838241c'],
    ['with a structure of pictures, as Firefox sends it', '8a800008030008aaaa04aa824983420027f01df60838241c'],
    ['with all that a structure can have', '8a800018028001e00204aa00824983420027f01df60838241c'],
  ])('a keyframe says it, %s', (_, payload) => {
    expect(vp9Size(packet(payload))).toEqual({ size: { width: 640, height: 480 }, key: true });
  });

  it('what the structure of layers says counts, too, wherever it is', () => {
    const claims = KEY.replace('028001e0', '400001e0');
    expect(vp9Size(packet(claims))).toEqual({ size: { width: 16_384, height: 480 }, key: true });
    expect(vp9Size(packet('92b19a104000400000'))).toEqual({
      size: { width: 16_384, height: 16_384 },
      key: false,
    });
  });

  it('a picture that needs others has the size of one of them, or says its own', () => {
    expect(vp9Size(packet(DELTA))).toEqual({ size: null, key: false });
    for (const reference of [0, 1, 2]) {
      expect(vp9Size(packet(`08${delta(reference)}`))).toEqual({ size: null, key: false });
    }
    const own = { size: { width: 16_384, height: 9_000 }, key: false };
    expect(vp9Size(packet(`08${delta(null, 16_384, 9_000)}`))).toEqual(own);
    expect(vp9Size(packet(`08${intra(16_384, 9_000)}`))).toEqual(own);
  });

  it('an earlier picture that is shown again has no size, and what goes on in another packet neither', () => {
    expect(vp9Size(packet('088a'))).toEqual({ size: null, key: false });
    expect(vp9Size(packet('90b19affff'))).toBeNull();
    expect(vp9Size(packet('', { padding: 4 }))).toBeNull();
  });

  it.each([
    ['another profile', '08a24983420027f01df6'],
    ['a second layer', 'a880030207824983420027f01df6'],
    ['several layers in the structure', '9bb19a30028001e0050003c0824983420027f01df6'],
    ['several pictures in one', '0c824983420027f01df60838241cc9050009c9'],
  ])('%s is undecodable', (_, payload) => {
    expect(vp9Size(packet(payload))).toBe('undecodable');
  });

  it('several pictures in one are found at the end that the packet marks as well, and behind padding', () => {
    expect(vp9Size(packet('00ffc9', { marked: true }))).toBe('undecodable');
    expect(vp9Size(packet('04ffc9', { padding: 8 }))).toBe('undecodable');
    expect(vp9Size(packet('00ffc9'))).toBeNull();
  });

  it.each([
    ['a keyframe that is cut off', KEY.slice(0, 26)],
    ['a keyframe without its code', '08820000000027f01df6'],
    ['no picture', '0800112233'],
    ['a descriptor that is cut off', '80'],
    ['a list of references without end', 'd8800103050700'],
    ['a structure that is cut off', '0a10ffff'],
    ['an end without data', '84802a'],
  ])('%s is unreadable', (_, payload) => {
    expect(vp9Size(packet(payload))).toBe('unreadable');
  });

  it('no bytes make it fail', () => {
    let seed = 7;
    const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) >>> 24;
    for (const payload of [KEY, DELTA]) {
      for (let round = 0; round < 3_000; round += 1) {
        const bytes = packet(payload).subarray(0, 12 + (random() % (payload.length / 2 + 1)));
        for (let i = 0; i < 3; i += 1) bytes[12 + (random() % 20)] = random();
        expect(() => vp9Size(bytes)).not.toThrow();
      }
    }
  });
});
