import { expect, it } from 'vitest';
import { Unconfirmed } from './unconfirmed.ts';

const face = (track: number, personId: string, name: string) => ({
  faces: [
    {
      track,
      personId,
      name,
      state: 'recognized' as const,
      box: [0, 0, 1, 1] as never,
      landmarks: [] as never,
    },
  ],
});
const answer = (track: number, id: string) => ({ track, person: { id, name: '' } });

it('a name without an answer of the server is unconfirmed at a break, once', () => {
  const unconfirmed = new Unconfirmed();
  unconfirmed.see(face(1, 'a', 'Ann'), 1_000);
  expect(unconfirmed.take(2_000)).toEqual(['Ann']);
  expect(unconfirmed.take(2_000)).toEqual([]);
});

it('a name that the server has answered is confirmed for as long as the face stays', () => {
  const unconfirmed = new Unconfirmed();
  unconfirmed.see(face(1, 'a', 'Ann'), 1_000);
  unconfirmed.answer(answer(1, 'a'));
  unconfirmed.see(face(1, 'a', 'Ann'), 1_500);
  expect(unconfirmed.take(2_000)).toEqual([]);
  unconfirmed.see(face(2, 'a', 'Ann'), 9_000);
  expect(unconfirmed.take(9_100)).toEqual(['Ann']);
});

it('whoever has left the picture before the break is not named', () => {
  const unconfirmed = new Unconfirmed();
  unconfirmed.see(face(1, 'a', 'Ann'), 1_000);
  expect(unconfirmed.take(9_000)).toEqual([]);
});
