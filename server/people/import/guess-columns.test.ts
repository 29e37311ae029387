// cspell:ignore Anrede Kürzel Vollständiger Mitarbeiter Nachname Vorname Personalnummer Eintrittsdatum Standort Kostenstelle Telefonnummer Pers Abteilung Nummer
import { describe, expect, it } from 'vitest';
import { guessColumns, guessHeaderRow } from './guess-columns.ts';

describe('guessColumns', () => {
  it.each([
    [
      [
        'Pers.-Nr.',
        'Nachname',
        'Vorname',
        'Abteilung',
        'Eintrittsdatum',
        'E-Mail',
        'Telefonnummer',
        'Standort',
      ],
      { number: 1, familyName: 2, givenName: 3, department: 4, startDate: 5, email: 6, phone: 7, site: 8 },
    ],
    [
      ['firstName', 'lastName', 'EmployeeID', 'Job Title', 'HIRE_DATE', 'Employment Status'],
      { givenName: 1, familyName: 2, number: 3, jobTitle: 4, startDate: 5, status: 6 },
    ],
    [['ID', 'Name', 'Kostenstelle'], { number: 1, fullName: 2, department: 3 }],
    [['Nr', 'Vollständiger Name', 'Team'], { number: 1, fullName: 2, department: 3 }],
  ])('columns named %j are found', (header, columns) => {
    expect(guessColumns(header, [])).toEqual(columns);
  });

  it('a column “Name” beside the given name is the family name', () => {
    expect(guessColumns(['Personalnummer', 'Name', 'Vorname'], [])).toEqual({
      number: 1,
      familyName: 2,
      givenName: 3,
    });
  });

  it('the surer of two names wins, and each column is one field at most', () => {
    expect(guessColumns(['ID', 'Employee number', 'Phone number', 'Department ID'], [])).toEqual({
      number: 2,
      phone: 3,
      department: 4,
    });
  });

  it('a column without a known name that holds only addresses is the e-mail address', () => {
    const rows = [
      ['1', 'ada@example.org'],
      ['2', ''],
    ];
    expect(guessColumns(['Nummer', 'Kürzel'], rows)).toEqual({ number: 1, email: 2 });
  });

  it('names that say nothing are no fields', () => {
    expect(guessColumns(['Anrede', '', 'Kürzel'], [])).toEqual({});
  });
});

describe('guessHeaderRow', () => {
  it('the names of the columns are found below a title', () => {
    expect(guessHeaderRow([['Mitarbeiter 2026'], [], ['Nummer', 'Name'], ['7', 'Ada']])).toBe(3);
  });

  it('without known names, the first row that is not blank is taken', () => {
    expect(guessHeaderRow([[''], ['a', 'b'], ['1', '2']])).toBe(2);
  });
});
