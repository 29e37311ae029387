import { describe, expect, it } from 'vitest';
import { breakChoice, readBreaks } from './break-rules.ts';

describe('the break rules in the form of a site', () => {
  it('the form of a site reads the German break rule, and recognizes it again', () => {
    const rules = readBreaks({ breaks: 'german' });
    expect(rules).toEqual({
      steps: [
        { after: 21_600_000, required: 1_800_000 },
        { after: 32_400_000, required: 2_700_000 },
      ],
      punchedCount: true,
    });
    expect(breakChoice(rules)).toBe('german');
  });

  it('the form of a site reads no break rule whatever its other fields hold', () => {
    expect(breakChoice(readBreaks({ breaks: 'none', after1: '5', required1: '20' }))).toBe('none');
  });

  it('the form of a site reads own break steps in hours and minutes, and leaves out those without a break', () => {
    const rules = readBreaks({ breaks: 'own', after1: '5.5', required1: '20', after2: '', required2: '' });
    expect(rules).toEqual({ steps: [{ after: 19_800_000, required: 1_200_000 }], punchedCount: false });
    expect(breakChoice(rules)).toBe('own');
  });

  it('punched breaks count where the switch in the form of a site is on', () => {
    expect(readBreaks({ breaks: 'own', after1: '6', required1: '30', punchedCount: 'on' }).punchedCount).toBe(
      true,
    );
  });
});
