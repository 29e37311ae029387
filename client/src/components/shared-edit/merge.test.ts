import { describe, expect, it } from 'vitest';
import { changesOf, mergeEdits } from './merge.ts';

const before = { name: 'Grace Hopper', phone: '1', email: '', breaks: { steps: [], counted: true } };
const merge = (mine: Partial<typeof before>, theirs: Partial<typeof before>) =>
  mergeEdits(before, { ...before, ...mine }, { ...before, ...theirs });

describe('two edits of one record', () => {
  it('a field that only the other person changed is taken over', () => {
    const { merged, taken, conflicts } = merge({ phone: '2' }, { email: 'grace@example.org' });
    expect(merged).toEqual({ ...before, phone: '2', email: 'grace@example.org' });
    expect(taken).toEqual([{ field: 'email', before: '', after: 'grace@example.org' }]);
    expect(conflicts).toEqual([]);
  });

  it('a field that both changed is a conflict, and the form keeps what was typed', () => {
    const { merged, taken, conflicts } = merge({ phone: '2' }, { phone: '3' });
    expect(merged.phone).toBe('2');
    expect(taken).toEqual([]);
    expect(conflicts).toEqual([{ field: 'phone', before: '1', mine: '2', theirs: '3' }]);
  });

  it('the same change by both is no conflict', () => {
    expect(merge({ phone: '2' }, { phone: '2' })).toMatchObject({ taken: [], conflicts: [] });
  });

  it('a field that only I changed is neither', () => {
    expect(merge({ phone: '2' }, {})).toEqual({
      merged: { ...before, phone: '2' },
      taken: [],
      conflicts: [],
    });
  });

  it('what was changed and changed back by me follows the other person', () => {
    expect(merge({ phone: '1' }, { phone: '3' }).merged.phone).toBe('3');
  });

  it('the order in which a value lists its fields is no change', () => {
    const again = { breaks: { counted: true, steps: [] } };
    expect(merge({}, again)).toMatchObject({ taken: [], conflicts: [] });
    expect(changesOf(before, { ...before, ...again })).toEqual({});
  });
});

it('only what differs is sent', () => {
  expect(changesOf(before, { ...before, phone: '', breaks: { steps: [], counted: false } })).toEqual({
    phone: '',
    breaks: { steps: [], counted: false },
  });
});
