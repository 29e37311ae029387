import { describe, expect, it } from 'vitest';
import { withoutPlayoutDelay } from './playout-delay.ts';

const ID = 11;
const PAYLOAD = '90807f01 dead beef';

/** The bytes of hexadecimal text; spaces are ignored. */
const bytes = (hex: string) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
const hex = (buffer: Buffer) => buffer.toString('hex');

/** An RTP packet: `first` byte, the rest of the fixed header (marker, type 101, sequence 2, timestamp 3, SSRC 4), `rest`. */
const packet = (first: string, rest: string) => bytes(`${first} e5 0002 00000003 00000004 ${rest}`);

describe('withoutPlayoutDelay', () => {
  it.each([
    ['without a header extension gets one', ['80', PAYLOAD], ['90', `bede 0001 b2000000 ${PAYLOAD}`]],
    [
      'with contributing sources gets the extension after them',
      ['82', `0000000a 0000000b ${PAYLOAD}`],
      ['92', `0000000a 0000000b bede 0001 b2000000 ${PAYLOAD}`],
    ],
    [
      'with padding at its end keeps it there',
      ['a0', `${PAYLOAD} 000003`],
      ['b0', `bede 0001 b2000000 ${PAYLOAD} 000003`],
    ],
    [
      'with an empty extension gets the element',
      ['90', `bede 0000 ${PAYLOAD}`],
      ['90', `bede 0001 b2000000 ${PAYLOAD}`],
    ],
    [
      'with a delay gets a delay of zero at the same place',
      ['90', `bede 0002 b2123456 50aa0000 ${PAYLOAD}`],
      ['90', `bede 0002 b2000000 50aa0000 ${PAYLOAD}`],
    ],
    [
      'with other elements keeps them and gets one more',
      ['90', `bede 0002 42010203 5100aa00 ${PAYLOAD}`],
      ['90', `bede 0003 42010203 5100aab2 00000000 ${PAYLOAD}`],
    ],
    [
      'with room in its extension does not grow',
      ['90', `bede 0002 50aa0000 00000000 ${PAYLOAD}`],
      ['90', `bede 0002 50aab200 00000000 ${PAYLOAD}`],
    ],
    [
      'with padding between elements keeps the elements in their places',
      ['90', `bede 0003 50aa0000 42010203 5100aa00 ${PAYLOAD}`],
      ['90', `bede 0004 50aa0000 42010203 5100aab2 00000000 ${PAYLOAD}`],
    ],
    [
      'with an end mark before the end of its extension gets the element before that mark',
      ['90', `bede 0002 50aaf0ff ffffffff ${PAYLOAD}`],
      ['90', `bede 0002 50aab200 00000000 ${PAYLOAD}`],
    ],
    [
      'with a delay of an invalid length gets a valid one',
      ['90', `bede 0001 b1ffff00 ${PAYLOAD}`],
      ['90', `bede 0001 b2000000 ${PAYLOAD}`],
    ],
    [
      'of the two-byte form with a delay gets a delay of zero',
      ['90', `1000 0003 0b031234 56070401 02030400 ${PAYLOAD}`],
      ['90', `1000 0003 0b030000 00070401 02030400 ${PAYLOAD}`],
    ],
    [
      'of the two-byte form keeps that form',
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
    ['that ends before its extension', packet('90', 'bede')],
    ['that ends within its extension', packet('90', 'bede 0004 42010203')],
    ['whose element extends past the end of its extension', packet('90', `bede 0001 4f010203 ${PAYLOAD}`)],
    [
      'whose two-byte element extends past the end of its extension',
      packet('90', `1000 0001 00000007 ${PAYLOAD}`),
    ],
    ['with a header extension of another kind', packet('90', `cafe 0001 b2123456 ${PAYLOAD}`)],
  ])('a packet %s is not changed', (_, odd) => {
    const before = hex(odd);
    expect(hex(withoutPlayoutDelay(odd, ID))).toBe(before);
  });

  it('a second call changes nothing', () => {
    const once = withoutPlayoutDelay(packet('90', `bede 0002 42010203 5100aa00 ${PAYLOAD}`), ID);
    const before = hex(once);
    expect(withoutPlayoutDelay(once, ID)).toBe(once);
    expect(hex(once)).toBe(before);
  });
});
