import { expect, it } from 'vitest';
import { CLAIM_LIMITS } from '#protocol/claims.ts';
import { nextBatch } from './claim-outbox.ts';

const claim = (sequence: number, deviceId = 'door') => ({ sequence, deviceId, text: '', signature: '' });
const sequences = (waiting: { sequence: number }[]) => waiting.map(({ sequence }) => sequence);
const always = () => true;

it('the oldest claims are delivered first, a batch at a time', () => {
  const waiting = Array.from({ length: 30 }, (_, i) => claim(30 - i));
  expect(sequences(nextBatch(waiting, always))).toEqual(
    Array.from({ length: CLAIM_LIMITS.batch }, (_, i) => i + 1),
  );
  expect(nextBatch([], always)).toEqual([]);
});

it('a claim that must wait lets the others pass', () => {
  expect(sequences(nextBatch([claim(1), claim(2), claim(3)], ({ sequence }) => sequence !== 1))).toEqual([
    2, 3,
  ]);
});

it('a batch holds the claims of one device', () => {
  const waiting = [claim(1, 'former'), claim(2), claim(3, 'former')];
  expect(sequences(nextBatch(waiting, always))).toEqual([1, 3]);
});
