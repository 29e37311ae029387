/** The values of the details of an audit event in the reader's language. A value without a text here stays as recorded. */
import { msg, str } from '@lit/localize';
import { z } from 'zod';
import { deviceSettings } from '#protocol/devices.ts';
import { PERSON_STATUSES } from '#protocol/people.ts';
import { ROLES } from '#protocol/permissions.ts';
import { breakRules, siteRecord } from '#protocol/sites.ts';
import { span, signedSpan } from '../../components/format.ts';
import { monthText } from '../../components/month-choice.ts';
import { dateFormat, languageName, list, number, plural } from '../../locales/intl.ts';
import { roleName } from '../accounts/role-names.ts';
import { modeText, namesText } from '../devices/device-texts.ts';
import { weekText } from '../devices/hours-text.ts';
import { zoneText } from '../devices/zone-text.ts';
import { statusText } from '../person/status-text.ts';
import { approvalRule, breaksText, nameRule, readingRule } from '../sites/site-texts.ts';
import { detailName } from './detail-names.ts';

/** Recorded words that mean the same under every name. */
const VALUES: Record<string, () => string> = {
  again: () => msg('People must agree again'),
  afternoon: () => msg('Afternoon'),
  comma: () => msg('Comma'),
  day: () => msg('Day'),
  nothing: () => msg('Nothing'),
  person: () => msg('Person'),
  point: () => msg('Point', { id: 'decimal-point' }),
  semicolon: () => msg('Semicolon'),
  tab: () => msg('Tab'),
  valid: () => msg('Stay valid'),
  badge: () => msg('Badge'),
  add: () => msg('Add a punch'),
  camera: () => msg('Camera'),
  change: () => msg('Change a punch'),
  electronic: () => msg('In another system'),
  in: () => msg('In'),
  'face-and-number': () => msg('Face and number'),
  'in-person': () => msg('Here, in person'),
  move: () => msg('Move a punch'),
  'on-paper': () => msg('Signed on paper'),
  out: () => msg('Out'),
  pin: () => msg('PIN'),
  self: () => msg('On their own phone'),
  proof: () => msg('Confirmation of identity'),
  sighting: () => msg('Face'),
  'sign-in': () => msg('Sign-in'),
  station: () => msg('Station'),
  void: () => msg('Remove punches'),
};

/** Why a capture may not have been of a person (`CaptureDoubt`). */
const DOUBTS: Record<string, () => string> = {
  flat: () => msg('It showed no depth, as a print does'),
  picture: () => msg('Photo detection took it for a picture or a screen'),
  unmoved: () => msg('The movements were not made as they were asked for'),
};

/** Names under which a recorded word may be an everyday one; elsewhere it is a name or a code. */
const WITH_VALUES = new Set([
  'at',
  'decimal',
  'delimiter',
  'earlier',
  'kind',
  'lines',
  'method',
  'off',
  'says',
  'source',
]);

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const MONTH = /^\d{4}-\d\d$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** Details that are more than a word, a number or an instant. Null where a value is not of that kind: it may be an old one. */
const WRITTEN: Record<string, (value: unknown) => string | null> = {
  amount: (value) => (typeof value === 'number' ? signedSpan(value) : null),
  approval: (value) => textOf(siteRecord.shape.approval.safeParse(value), (rule) => approvalRule(rule).title),
  breaks: (value) => textOf(breakRules.safeParse(value), breaksText),
  carryOver: (value) => (typeof value === 'number' ? span(value) : null),
  doubt: (value) => DOUBTS[String(value)]?.() ?? null,
  columns: (value) => (Array.isArray(value) ? list(value.map(headingOf)) : null),
  fields: (value) => (Array.isArray(value) ? list(value.map((field) => detailName(String(field)))) : null),
  hours: (value) => textOf(deviceSettings.shape.hours.safeParse(value), weekText),
  language: (value) => (isLanguage(value) ? languageName(value) : null),
  languages: (value) =>
    Array.isArray(value) && value.every(isLanguage) ? list(value.map(languageName)) : null,
  longestStay: (value) => (typeof value === 'number' ? span(value) : null),
  mode: (value) => (value === 'auto' || value === 'in' || value === 'out' ? modeText(value) : null),
  month: (value) => (typeof value === 'string' && MONTH.test(value) ? monthText(value) : null),
  nameOrder: (value) => textOf(siteRecord.shape.nameOrder.safeParse(value), (order) => nameRule(order).title),
  names: (value) => textOf(deviceSettings.shape.names.safeParse(value), namesText),
  reading: (value) =>
    textOf(siteRecord.shape.reading.safeParse(value), (reading) => readingRule(reading).title),
  role: (value) => textOf(z.enum(ROLES).safeParse(value), roleName),
  status: (value) => textOf(z.enum(PERSON_STATUSES).safeParse(value), statusText),
  turnsAt: (value) => (typeof value === 'number' ? `${value}:00` : null),
  weeks: (value) =>
    Array.isArray(value)
      ? plural(value.length, { one: msg('1 week'), other: msg(str`${number(value.length)} weeks`) })
      : null,
  year: (value) => (typeof value === 'number' ? String(value) : null),
  zone: (value) => textOf(deviceSettings.shape.zone.safeParse(value), zoneText),
};

/** @param nameOf what an ID stands for, where that still exists */
export function detailValue(
  name: string,
  value: unknown,
  nameOf: (id: string) => string | undefined = () => undefined,
): string {
  const written = WRITTEN[name]?.(value) ?? null;
  if (written !== null) return written;
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? msg('Yes') : msg('No');
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) {
    return value.length === 0 ? '–' : list(value.map((one) => detailValue(name, one, nameOf)));
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  if (INSTANT.test(value)) {
    return dateFormat({ dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(value));
  }
  if (DATE.test(value)) {
    return dateFormat({ dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${value}T00:00:00Z`));
  }
  if (WITH_VALUES.has(name) && Object.hasOwn(VALUES, value)) return VALUES[value]!();
  return nameOf(value) ?? value;
}

function textOf<T>(parsed: { success: true; data: T } | { success: false }, write: (value: T) => string) {
  return parsed.success ? write(parsed.data) : null;
}

function isLanguage(value: unknown): value is string {
  return typeof value === 'string' && value !== 'auto' && LANGUAGE_TAG.test(value);
}

function headingOf(column: unknown): string {
  return typeof column === 'object' && column !== null && 'header' in column ? String(column.header) : '';
}
