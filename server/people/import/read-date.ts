// cspell:ignore mittwoch
/** Dates as people and programs write them, in English and German, and as the serial numbers of spreadsheets. */
import type { DateOrder } from '../../protocol/people-files.ts';
import { fold } from './guess-columns.ts';

/** Of 1900-01-01 to 2199-12-31: day 1 of a spreadsheet is 1900-01-01, and its 60 a February 29 that never was. */
const SERIALS = { first: 61, last: 109_574 };
const EPOCH = Date.UTC(1899, 11, 30);
const DAY = 86_400_000;

// cspell:disable
const MONTHS = [
  'january jan januar janner jaenner',
  'february feb februar feber',
  'march mar marz maerz mrz',
  'april apr',
  'may mai',
  'june jun juni',
  'july jul juli',
  'august aug',
  'september sep sept',
  'october oct oktober okt',
  'november nov',
  'december dec dezember dez',
].map((names) => names.split(' '));
// cspell:enable

/** A year of two digits is one of the next ten years, or one that is past. */
const AHEAD = 10;

interface Reading {
  order: DateOrder;
  /** For years of two digits. */
  today: number;
}

/** YYYY-MM-DD; null for what is no date. */
export function readDate(text: string, { order, today }: Reading): string | null {
  const date = text
    .trim()
    .replace(/[T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AP]M)?(Z|[+-]\d{2}:?\d{2})?$/i, '');
  const year = (digits: string) => fullYear(digits, today);
  const iso =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(date) ?? /^((?:19|20|21)\d{2})(\d{2})(\d{2})$/.exec(date);
  if (iso) return valid(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const numbers = NUMBERS.exec(date);
  if (numbers) {
    const [first, second] = [Number(numbers[1]), Number(numbers[3])];
    const monthFirst = numbers[2] === '/' && order === 'month-first';
    return valid(year(numbers[4]!), monthFirst ? first : second, monthFirst ? second : first);
  }
  if (/^\d+([.,]\d+)?$/.test(date)) return ofSerial(Math.floor(Number(date.replace(',', '.'))));
  const words = fold(date)
    .replace(/^\p{L}+(day|tag) |^mittwoch /u, '')
    .split(' ');
  return words.length === 3 ? ofWords(words as [string, string, string], year) : null;
}

const NUMBERS = /^(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})$/;

/** By the dates that can be read in one way only; null where none could be read in two. */
export function dateOrderOf(texts: Iterable<string>, usual: DateOrder): DateOrder | null {
  let ambiguous = false;
  for (const text of texts) {
    const numbers = NUMBERS.exec(text.trim());
    if (numbers?.[2] !== '/') continue;
    if (Number(numbers[1]) > 12) return 'day-first';
    if (Number(numbers[3]) > 12) return 'month-first';
    ambiguous = true;
  }
  return ambiguous ? usual : null;
}

function ofSerial(days: number): string | null {
  if (days < SERIALS.first || days > SERIALS.last) return null;
  return new Date(EPOCH + days * DAY).toISOString().slice(0, 10);
}

/** `23 nov 2026` and `nov 23 2026`. */
function ofWords([a, b, c]: [string, string, string], year: (digits: string) => number): string | null {
  const inMiddle = monthOf(b);
  const month = inMiddle || monthOf(a);
  const day = (inMiddle ? a : b).replace(/(st|nd|rd|th)$/, '');
  if (month === 0 || !/^\d{1,2}$/.test(day) || !/^(\d{2}|\d{4})$/.test(c)) return null;
  return valid(year(c), month, Number(day));
}

function monthOf(word: string): number {
  return 1 + MONTHS.findIndex((names) => names.includes(word));
}

function fullYear(digits: string, today: number): number {
  if (digits.length === 4) return Number(digits);
  const latest = new Date(today).getUTCFullYear() + AHEAD;
  const year = latest - (latest % 100) + Number(digits);
  return year > latest ? year - 100 : year;
}

function valid(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1000 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.toISOString().slice(0, 10);
}
