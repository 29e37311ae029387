import { expect, it } from 'vitest';
import { PeopleChoice } from './people-choice.ts';
import { readFilters } from './people-filters.ts';

const choice = () => new PeopleChoice({ requestUpdate() {} });
const filters = readFilters('/people?search=lab&show=missing&status=active');

it('a few people are named by their ids', () => {
  const few = choice();
  few.set('a', true);
  few.set('b', true);
  few.set('a', false);
  expect(few.has('b')).toBe(true);
  expect(few.has('a')).toBe(false);
  expect(few.count(300)).toBe(1);
  expect(few.isWhole).toBe(false);
  expect(few.of(filters)).toEqual({ ids: ['b'] });
});

it('all people of a list are named by its filter, whatever is loaded of it', () => {
  const all = choice();
  all.set('a', true);
  all.setAll(true);
  expect(all.has('never loaded')).toBe(true);
  expect(all.isWhole).toBe(true);
  expect(all.count(312)).toBe(312);
  expect(all.of(filters)).toEqual({
    filter: { search: 'lab', status: 'active', enrolled: false },
    except: [],
  });
});

it('whom one takes away from all is an exception, until they are selected again', () => {
  const all = choice();
  all.setAll(true);
  all.set('a', false);
  all.set('b', false);
  all.set('a', true);
  expect([all.has('a'), all.has('b'), all.isWhole, all.count(312)]).toEqual([true, false, false, 311]);
  expect(all.of(filters)).toMatchObject({ except: ['b'] });
  all.setAll(false);
  expect(all.count(312)).toBe(0);
});
