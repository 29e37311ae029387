import { expect, it } from 'vitest';
import { difference } from './difference.ts';

it('difference returns the fields that changed and no others', () => {
  const before = { name: 'Door', settings: { gap: 1 }, sound: true, old: 1 };
  const after = { name: 'Door', settings: { gap: 2 }, sound: false, fresh: 2 };
  expect(difference(before, after)).toEqual({
    before: { settings: { gap: 1 }, sound: true, old: 1 },
    after: { settings: { gap: 2 }, sound: false, fresh: 2 },
  });
});
