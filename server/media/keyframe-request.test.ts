import { expect, it } from 'vitest';
import { asksForKeyframe } from './keyframe-request.ts';

const REPORT = '80c90001 00000001';
const PLI = '81ce0002 00000001 00000002';
const FIR = '84ce0004 00000001 00000000 00000002 01000000';
const NACK = '81cd0003 00000001 00000002 00050000';
const REMB = '8fce0005 00000001 00000000 52454d42 01000000 00000002';

it.each([
  ['a picture loss indication', PLI, true],
  ['a full intra request', FIR, true],
  ['a request after a report', `${REPORT}${PLI}`, true],
  ['a request between other packets', `${REPORT}${FIR}${NACK}`, true],
  ['a report', REPORT, false],
  ['a request for retransmission', NACK, false],
  ['a bandwidth estimate', REMB, false],
  ['a packet that ends too early', '81', false],
  ['a packet whose length extends past its end', '80c90fff 00000001', false],
])('%s asks for a keyframe: %s', (_, hex, asks) => {
  expect(asksForKeyframe(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toBe(asks);
});
