import { describe, expect, it } from 'vitest';
import { EMPTY, press } from './pass-entry.ts';

/** Named keys as they are, all else a character at a time. */
function type(...keys: string[]) {
  let at: ReturnType<typeof press> = { entry: EMPTY, pass: null };
  const single = keys.flatMap((key) => (/^[A-Z][a-z]+|^F\d/.test(key) ? [key] : Array.from(key)));
  for (const key of single) at = press(at.entry, key);
  return at;
}

describe('press', () => {
  it('the keypad takes the number, then the PIN, and sends both with its last digit', () => {
    expect(type('E-42').entry).toEqual({ step: 'number', number: 'E-42', pin: '' });
    expect(type('42', 'Enter', '12345')).toEqual({
      entry: { step: 'pin', number: '42', pin: '12345' },
      pass: null,
    });
    expect(type('42', 'Enter', '123456').pass).toEqual({ type: 'pin', number: '42', pin: '123456' });
  });

  it('the keypad sends no short PIN, and does not continue without a number', () => {
    expect(type('Enter', ' ', 'Enter').entry.step).toBe('number');
    expect(type('42', 'Enter', '123', 'Enter').pass).toBeNull();
  });

  it('the keypad takes digits only for a PIN, and no more than six', () => {
    expect(type('42', 'Enter', '1a2-3').entry.pin).toBe('123');
  });

  it('the keypad steps back from an empty PIN to the number', () => {
    const { entry } = type('42', 'Enter', '1', 'Backspace', 'Backspace', 'Backspace');
    expect(entry).toEqual({ step: 'number', number: '4', pin: '' });
  });

  it('the keypad takes a badge from a handheld reader, which types the code and Enter', () => {
    const { entry, pass } = type('MUSTER:ABCDEFGHJKLMNPQRSTUV', 'Enter');
    expect(pass).toEqual({ type: 'badge', code: 'ABCDEFGHJKLMNPQRSTUV' });
    expect(entry).toEqual(EMPTY);
  });

  it('the keypad ignores keys that write nothing', () => {
    expect(type('Shift', 'F5', 'ArrowLeft').entry).toEqual(EMPTY);
  });
});
