/** The rules of the keypad: the number, then the PIN; or the whole code of a badge from a handheld reader. */
import { PASS_LIMITS } from '#protocol/limits.ts';
import type { Pass } from '#protocol/signaling.ts';
import { codeOfBadge } from '../person/badge-text.ts';

export interface PassEntry {
  step: 'number' | 'pin';
  number: string;
  pin: string;
}

export const EMPTY: PassEntry = { step: 'number', number: '', pin: '' };

/** A badge from a reader is longer than any number. */
const LONGEST = 64;

/** @param key `Enter`, `Backspace` or one character @returns `pass` when there is something to send */
export function press(entry: PassEntry, key: string): { entry: PassEntry; pass: Pass | null } {
  if (key === 'Enter') return enter(entry);
  if (key === 'Backspace') return { entry: erase(entry), pass: null };
  if (key.length !== 1) return { entry, pass: null };
  if (entry.step === 'number') {
    return { entry: { ...entry, number: typeNumber(entry.number, key) }, pass: null };
  }
  const pin = /^\d$/.test(key) && entry.pin.length < PASS_LIMITS.pinDigits ? entry.pin + key : entry.pin;
  const typed = { ...entry, pin };
  // The last digit sends it: no other key is needed.
  return pin.length === PASS_LIMITS.pinDigits && pin !== entry.pin
    ? enter(typed)
    : { entry: typed, pass: null };
}

/** The number after this key. @param key `Backspace` or one character; others change nothing */
export function typeNumber(number: string, key: string): string {
  if (key === 'Backspace') return number.slice(0, -1);
  return /^[\p{L}\p{N} ._/:-]$/u.test(key) && number.length < LONGEST ? number + key : number;
}

function enter(entry: PassEntry): { entry: PassEntry; pass: Pass | null } {
  const number = entry.number.trim();
  if (entry.step === 'number') {
    const code = codeOfBadge(number.toUpperCase());
    if (code !== null) return { entry: EMPTY, pass: { type: 'badge', code } };
    return { entry: number === '' ? entry : { ...entry, step: 'pin' }, pass: null };
  }
  const { pin } = entry;
  const pass = pin.length === PASS_LIMITS.pinDigits ? ({ type: 'pin', number, pin } as const) : null;
  return { entry, pass };
}

/** Backspace in an empty PIN goes back to the number. */
function erase(entry: PassEntry): PassEntry {
  if (entry.step === 'number') return { ...entry, number: typeNumber(entry.number, 'Backspace') };
  return entry.pin === '' ? { ...entry, step: 'number' } : { ...entry, pin: entry.pin.slice(0, -1) };
}
