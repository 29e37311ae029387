import { describe, expect, it } from 'vitest';
import { newPerson, personChange } from './people.ts';

const ada = { number: 'E-1', givenName: 'Ada', familyName: 'Lovelace' };

function faultsOf(input: object): string[] {
  const parsed = newPerson.safeParse({ ...ada, ...input });
  return parsed.success ? [] : [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
}

describe('a person', () => {
  it('a person needs a number and a name; the rest is blank', () => {
    expect(newPerson.parse(ada)).toEqual({
      ...ada,
      department: '',
      jobTitle: '',
      email: '',
      phone: '',
      siteId: null,
      startDate: null,
      status: 'active',
    });
  });

  it.each<[string, object]>([
    ['spaces around it', { givenName: '  Ada ' }],
    ['letters of any script', { givenName: 'Łukasz', familyName: '山田', number: 'Ж12' }],
    ['apostrophes and dashes', { familyName: 'O’Neill-de la Cruz' }],
    ['a number with marks', { number: '2026/0012-b' }],
    ['an international number', { phone: '+33 1 23 45 67 89' }],
    ['a number with an area code', { phone: '(030) 123-456' }],
    ['a blank e-mail', { email: '' }],
    ['a blank date', { startDate: '' }],
    ['a single name', { givenName: '', familyName: 'Suharto' }],
    ['a single name in the other field', { givenName: 'Cher', familyName: '' }],
    ['a joiner between Persian letters', { familyName: 'می\u200cنا' }],
    ['a joiner in a Sinhala conjunct', { givenName: 'ශ්\u200dරී' }],
    ['an emoji of several parts', { givenName: 'Ada 👩\u200d💻' }],
  ])('may have %s', (_, input) => {
    expect(faultsOf(input)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['no number', { number: ' ' }, 'number'],
    ['a number with odd marks', { number: 'E#1' }, 'number'],
    ['no name at all', { givenName: ' ', familyName: '' }, 'familyName'],
    ['a joiner at the end', { familyName: 'Love\u200d' }, 'familyName'],
    ['a joiner after a space', { familyName: 'Love \u200clace' }, 'familyName'],
    ['a mark of direction between letters', { familyName: 'Love\u200flace' }, 'familyName'],
    ['a name that is too long', { familyName: 'x'.repeat(81) }, 'familyName'],
    ['a name with a line break', { familyName: 'Love\nlace' }, 'familyName'],
    ['a name that turns the text around', { familyName: '\u202Eecalevol' }, 'familyName'],
    ['a wrong e-mail', { email: 'ada at example' }, 'email'],
    ['letters for a phone number', { phone: 'call me' }, 'phone'],
    ['too short a phone number', { phone: '12' }, 'phone'],
    ['a day that does not exist', { startDate: '2026-02-30' }, 'startDate'],
    ['another way to write dates', { startDate: '23.11.2026' }, 'startDate'],
    ['an unknown status', { status: 'retired' }, 'status'],
    ['an unknown field', { salary: 1 }, ''],
  ])('may not have %s', (_, input, field) => {
    expect(faultsOf(input)).toEqual([field]);
  });

  it('a name is composed, however it was typed', () => {
    expect(newPerson.parse({ ...ada, givenName: 'Zoe\u0308' }).givenName).toBe('Zo\u00eb');
    expect(personChange.parse({ givenName: 'Zoe\u0308' }).givenName).toBe('Zo\u00eb');
  });

  it('all faults of a person are reported at once', () => {
    expect(faultsOf({ number: '', email: 'x', phone: 'y' })).toEqual(['number', 'email', 'phone']);
  });

  it('a person is changed only in the given fields', () => {
    expect(personChange.parse({ email: '' })).toEqual({ email: '' });
    expect(personChange.parse({})).toEqual({});
  });
});
