/** The details of an audit event in the reader's language. A detail without a text here stays as recorded. */
import { msg } from '@lit/localize';
import { deviceSettings } from '#protocol/devices.ts';
import { PERSON_STATUSES } from '#protocol/people.ts';
import { ROLES } from '#protocol/permissions.ts';
import { dateFormat, languageName, list, number } from '../../locales/intl.ts';
import { roleName } from '../accounts/role-names.ts';
import { modeText, namesText } from '../devices/device-texts.ts';
import { weekText } from '../devices/hours-text.ts';
import { zoneText } from '../devices/zone-text.ts';
import { statusText } from '../person/status-text.ts';

const NAMES: Record<string, () => string> = {
  at: () => msg('When'),
  audit: () => msg('Audit events'),
  captures: () => msg('Captures by invitation'),
  consents: () => msg('Consents'),
  contract: () => msg('Models'),
  day: () => msg('Day'),
  days: () => msg('Days'),
  department: () => msg('Department'),
  disabled: () => msg('Disabled'),
  created: () => msg('Added'),
  duplicateAccepted: () => msg('Similar face accepted'),
  embeddings: () => msg('With face templates'),
  failures: () => msg('Failures'),
  fields: () => msg('Changed fields'),
  filters: () => msg('Filters'),
  format: () => msg('Format'),
  from: () => msg('From'),
  frontOnly: () => msg('Front only'),
  host: () => msg('Computer'),
  hours: () => msg('Hours of recognition'),
  invitation: () => msg('Invitation'),
  joined: () => msg('Joined', { id: 'department-joined', desc: 'The department that is gone' }),
  kind: () => msg('Type'),
  language: () => msg('Language'),
  leftOut: () => msg('Left out', { id: 'import-left-out', desc: 'The row has problems' }),
  faceTaken: () => msg('Face of the other record'),
  mergedFrom: () => msg('Other record'),
  mergedInto: () => msg('Now part of'),
  method: () => msg('How consent was given'),
  mode: () => msg('Check-in mode'),
  month: () => msg('Month'),
  name: () => msg('Name'),
  names: () => msg('Names on the screen'),
  personId: () => msg('Person'),
  poses: () => msg('Angles'),
  punch: () => msg('Punch'),
  punches: () => msg('Punches'),
  rate: () => msg('Pictures analyzed per second'),
  replaces: () => msg('Instead of'),
  role: () => msg('Role'),
  says: () => msg('Type of punch'),
  scopes: () => msg('Access'),
  seconds: () => msg('Seconds'),
  session: () => msg('Session'),
  similar: () => msg('Looks like another person'),
  snapshots: () => msg('Pictures of punches'),
  similarity: () => msg('Similarity'),
  source: () => msg('Source'),
  status: () => msg('Status'),
  templates: () => msg('Face templates'),
  templatesDestroyed: () => msg('Face templates deleted'),
  times: () => msg('Show the time of a punch'),
  timeZone: () => msg('Time zone'),
  to: () => msg('To'),
  updated: () => msg('Changed', { id: 'import-update', desc: 'The person will be changed' }),
  version: () => msg('Version'),
  viewing: () => msg('Live pictures of the cameras'),
  waits: () => msg('HR decides'),
  why: () => msg('Reason'),
  workDate: () => msg('Work day'),
  zone: () => msg('Zone'),
};

/** Recorded words that mean the same under every name. */
const VALUES: Record<string, () => string> = {
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

/** Names under which a recorded word may be an everyday one; elsewhere it is a name or a code. */
const WITH_VALUES = new Set(['at', 'kind', 'method', 'says', 'source']);

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

export function detailName(name: string): string {
  return Object.hasOwn(NAMES, name) ? NAMES[name]!() : name;
}

export function detailValue(name: string, value: unknown): string {
  const setting = cameraSetting(name, value);
  if (setting !== null) return setting;
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? msg('Yes') : msg('No');
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return list(value.map((one) => detailValue(name, one)));
  if (typeof value !== 'string') return JSON.stringify(value);
  const role = name === 'role' && ROLES.find((one) => one === value);
  if (role) return roleName(role);
  const status = name === 'status' && PERSON_STATUSES.find((one) => one === value);
  if (status) return statusText(status);
  if (INSTANT.test(value)) {
    return dateFormat({ dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(value));
  }
  if (DATE.test(value)) {
    return dateFormat({ dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${value}T00:00:00Z`));
  }
  if (name === 'mode' && (value === 'auto' || value === 'in' || value === 'out')) return modeText(value);
  if (name === 'language' && value !== 'auto' && LANGUAGE_TAG.test(value)) return languageName(value);
  if (WITH_VALUES.has(name) && Object.hasOwn(VALUES, value)) return VALUES[value]!();
  return value;
}

/** The settings of a camera that are more than one word or number; null for anything else. */
function cameraSetting(name: string, value: unknown): string | null {
  const { zone, hours, names } = deviceSettings.shape;
  if (name === 'zone') return textOf(zone.safeParse(value), zoneText);
  if (name === 'hours') return textOf(hours.safeParse(value), weekText);
  if (name === 'names') return textOf(names.safeParse(value), namesText);
  return null;
}

function textOf<T>(parsed: { success: true; data: T } | { success: false }, write: (value: T) => string) {
  return parsed.success ? write(parsed.data) : null;
}
