import { describe, expect, it } from 'vitest';
import { breaksText, flexibleText, isOvernight } from './shift-text.ts';

const HOUR = 3_600_000;

describe('a shift in words', () => {
  it.each([
    ['08:00', '16:00', false],
    ['22:00', '06:00', true],
    ['06:00', '06:00', true],
  ])('from %s to %s', (begin, end, overnight) => {
    expect(isOvernight({ begin, end })).toBe(overnight);
  });

  it('a flexible shift says its hours and its core time', () => {
    expect(flexibleText({ flexible: null })).toBe('');
    expect(flexibleText({ flexible: { planned: 8 * HOUR, core: null } })).toBe('8 h 00 min within this time');
    expect(
      flexibleText({ flexible: { planned: 7.5 * HOUR, core: { begin: '10:00', end: '15:00' } } }),
    ).toMatch(/^7 h 30 min within this time, core time 10:00.AM – 3:00.PM$/);
  });

  it('the breaks are those of the site, none, or its own steps', () => {
    expect(breaksText(null)).toBe('As at the site');
    expect(breaksText({ steps: [], punchedCount: true })).toBe('No break is deducted.');
    expect(breaksText({ steps: [{ after: 5 * HOUR, required: HOUR / 3 }], punchedCount: true })).toBe(
      '20 min after 5 h 00 min of work, less the breaks that were punched.',
    );
  });
});
