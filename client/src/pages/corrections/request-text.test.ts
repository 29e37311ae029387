import { describe, expect, it } from 'vitest';
import type { AbsenceRequestView } from '#protocol/absence-requests.ts';
import type { CorrectionView } from '#protocol/corrections.ts';
import {
  answerText,
  askedAbsence,
  askedCorrection,
  askedText,
  byTime,
  personText,
  reasonText,
  stateChip,
} from './request-text.ts';

const ada = { id: 'a', number: '1', displayName: 'Ada Lovelace', department: 'Lab' };

const correction = askedCorrection({
  id: 'c',
  kind: 'add',
  state: 'applied',
  person: null,
  toPerson: null,
  punches: [],
  says: 'in',
  at: '2026-11-20T07:05:00.000Z',
  localTime: '2026-11-20 08:05',
  site: 'Paris',
  reason: 'The station was off',
  author: { name: 'Mona', at: '2026-11-23T10:00:00.000Z' },
  decision: null,
  note: 'Seen',
  mayDecide: false,
  mayWithdraw: false,
} satisfies CorrectionView);

const absence = askedAbsence({
  id: 'r',
  kind: 'vacation',
  from: '2026-12-03',
  to: '2026-12-03',
  beginsAtNoon: false,
  endsAtNoon: true,
  note: 'Moving house',
  person: ada,
  state: 'approved',
  author: { name: 'Ada Lovelace', at: '2026-11-24T10:00:00.000Z' },
  decision: { name: 'Mona', at: '2026-11-25T10:00:00.000Z' },
  answer: null,
  mayDecide: false,
  mayWithdraw: false,
} satisfies AbsenceRequestView);

describe('a list of corrections and requests for absence', () => {
  it('has the newest first, whichever it is', () => {
    expect([correction, absence].toSorted(byTime)).toEqual([absence, correction]);
    expect([absence, correction].toSorted(byTime)).toEqual([absence, correction]);
  });

  it('says of both who, what and why', () => {
    expect([personText(correction), personText(absence)]).toEqual(['Several people', 'Ada Lovelace']);
    expect(askedText(correction)).toMatch(/^Add a check-in: /);
    expect(askedText(absence)).toBe('Vacation, Dec 3, 2026, until noon');
    expect([reasonText(correction), reasonText(absence)]).toEqual(['The station was off', 'Moving house']);
    expect([answerText(correction), answerText(absence)]).toEqual(['Seen', '']);
  });

  it('an absence that was granted is approved, a correction applied', () => {
    expect(stateChip(correction)).toEqual({ kind: 'good', text: 'Applied' });
    expect(stateChip(absence)).toEqual({ kind: 'good', text: 'Approved' });
  });
});
