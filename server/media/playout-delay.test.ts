import { describe, expect, it } from 'vitest';
import { withoutPlayoutDelay } from './playout-delay.ts';

const ID = 11;
const PAYLOAD = '90807f01 dead beef';

/** Bytes written in hexadecimal, blanks anywhere. */
const bytes = (hex: string) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
const hex = (buffer: Buffer) => buffer.toString('hex');

/** An RTP packet: first byte, then the fixed rest (marker, type 101, sequence 2, timestamp 3, SSRC 4), then this. */
const packet = (first: string, rest: string) => bytes(`${first} e5 0002 00000003 00000004 ${rest}`);

describe('withoutPlayoutDelay', () => {
  it.each([
    ['without extensions gets a block with one', ['80', PAYLOAD], ['90', `bede 0001 b2000000 ${PAYLOAD}`]],
    [
      'with contributing sources gets the block after them',
      ['82', `0000000a 0000000b ${PAYLOAD}`],
      ['92', `0000000a 0000000b bede 0001 b2000000 ${PAYLOAD}`],
    ],
    [
      'with padding at its end keeps it there',
      ['a0', `${PAYLOAD} 000003`],
      ['b0', `bede 0001 b2000000 ${PAYLOAD} 000003`],
    ],
    [
      'with an empty block gets a full one',
      ['90', `bede 0000 ${PAYLOAD}`],
      ['90', `bede 0001 b2000000 ${PAYLOAD}`],
    ],
    [
      'that carries a delay has it taken out, where it stands',
      ['90', `bede 0002 b2123456 50aa0000 ${PAYLOAD}`],
      ['90', `bede 0002 b2000000 50aa0000 ${PAYLOAD}`],
    ],
    [
      'with other ids keeps them and gets one more',
      ['90', `bede 0002 42010203 5100aa00 ${PAYLOAD}`],
      ['90', `bede 0003 42010203 5100aab2 00000000 ${PAYLOAD}`],
    ],
    [
      'with room in its block does not grow',
      ['90', `bede 0002 50aa0000 00000000 ${PAYLOAD}`],
      ['90', `bede 0002 50aab200 00000000 ${PAYLOAD}`],
    ],
    [
      'with padding between elements keeps them in their places',
      ['90', `bede 0003 50aa0000 42010203 5100aa00 ${PAYLOAD}`],
      ['90', `bede 0004 50aa0000 42010203 5100aab2 00000000 ${PAYLOAD}`],
    ],
    [
      'with an end of its list before the end of its block is added to before that',
      ['90', `bede 0002 50aaf0ff ffffffff ${PAYLOAD}`],
      ['90', `bede 0002 50aab200 00000000 ${PAYLOAD}`],
    ],
    [
      'with a delay of a length that nobody reads gets a right one',
      ['90', `bede 0001 b1ffff00 ${PAYLOAD}`],
      ['90', `bede 0001 b2000000 ${PAYLOAD}`],
    ],
    [
      'of the two-byte form that carries a delay has it taken out',
      ['90', `1000 0003 0b031234 56070401 02030400 ${PAYLOAD}`],
      ['90', `1000 0003 0b030000 00070401 02030400 ${PAYLOAD}`],
    ],
    [
      'of the two-byte form stays of that form',
      ['90', `1005 0002 07040102 03040000 ${PAYLOAD}`],
      ['90', `1005 0003 07040102 03040b03 00000000 ${PAYLOAD}`],
    ],
    [
      'of the two-byte form keeps an element without a value',
      ['90', `1000 0002 07040102 03040500 ${PAYLOAD}`],
      ['90', `1000 0004 07040102 03040500 0b030000 00000000 ${PAYLOAD}`],
    ],
  ])('a packet %s', (_, [first, rest], [firstAfter, restAfter]) => {
    expect(hex(withoutPlayoutDelay(packet(first!, rest!), ID))).toBe(hex(packet(firstAfter!, restAfter!)));
  });

  it.each([
    ['shorter than a header', bytes('80e5')],
    ['of another version', packet('40', PAYLOAD)],
    ['that ends within its contributing sources', packet('8f', '00000001')],
    ['that ends before its block', packet('90', 'bede')],
    ['that ends within its block', packet('90', 'bede 0004 42010203')],
    ['whose element passes the end of its block', packet('90', `bede 0001 4f010203 ${PAYLOAD}`)],
    ['whose two-byte element passes the end of its block', packet('90', `1000 0001 00000007 ${PAYLOAD}`)],
    ['with a header extension of its own kind', packet('90', `cafe 0001 b2123456 ${PAYLOAD}`)],
  ])('a packet %s is left as it is', (_, odd) => {
    const before = hex(odd);
    expect(hex(withoutPlayoutDelay(odd, ID))).toBe(before);
  });

  it('done twice is done once', () => {
    const once = withoutPlayoutDelay(packet('90', `bede 0002 42010203 5100aa00 ${PAYLOAD}`), ID);
    const before = hex(once);
    expect(withoutPlayoutDelay(once, ID)).toBe(once);
    expect(hex(once)).toBe(before);
  });
});
