/** The merge of two records in words. */
import { msg, str } from '@lit/localize';
import type { MergeObstacle, MergePreviewView, MergeRecord, MergedField } from '#protocol/people-merge.ts';
import type { PersonView } from '#protocol/people.ts';
import { longDate, shortDate } from '../../components/format.ts';
import { personWords } from '../../components/person-fields.ts';
import { dateFormat, list, number, plural } from '../../locales/intl.ts';
import { statusText } from './status-text.ts';

/** More than this are counted rather than listed. */
const MOST_DAYS = 5;

export function fieldLabel(field: MergedField): string {
  if (field === 'siteId') return msg('Site');
  return field === 'status' ? msg('Status') : personWords()[field].label;
}

/** @param siteName of the site that counts for a person; that of the default one for null */
export function fieldText(
  field: MergedField,
  person: PersonView,
  siteName: (id: string | null) => string,
): string {
  if (field === 'siteId') return siteName(person.siteId);
  if (field === 'status') return statusText(person.status);
  const value = person[field] ?? '';
  if (value === '') return msg('empty');
  return field === 'startDate' ? longDate(value) : value;
}

/** What a record has, line by line. Lines that both have nothing in are left out. */
export function factLines({ stays, goes }: Pick<MergePreviewView, 'stays' | 'goes'>) {
  const lines: { label: string; of: (record: MergeRecord) => string | number }[] = [
    { label: msg('Punches'), of: punchesText },
    { label: msg('Absences'), of: ({ absences }) => absences },
    { label: msg('Waiting requests for absence'), of: ({ absenceRequests }) => absenceRequests },
    { label: msg('Own rotas'), of: ({ rotas }) => rotas },
    { label: msg('Exceptions of the rota'), of: ({ exceptions }) => exceptions },
    { label: msg('Entries in the balance'), of: ({ balanceEntries }) => balanceEntries },
    { label: msg('Years with vacation days'), of: ({ allowances }) => allowances },
    { label: msg('Consents'), of: ({ consents }) => consents },
    { label: msg('Face'), of: ({ face }) => yes(face) },
    { label: msg('PIN'), of: ({ pin }) => yes(pin) },
    { label: msg('Badge'), of: ({ badge }) => yes(badge) },
    { label: msg('Account'), of: ({ account }) => account ?? '' },
    { label: msg('Open invitation to enroll'), of: ({ invited }) => yes(invited) },
  ];
  return lines
    .map(({ label, of }) => ({ label, stays: factText(of(stays)), goes: factText(of(goes)) }))
    .filter((line) => line.stays !== '–' || line.goes !== '–');
}

function factText(value: string | number): string {
  return value === '' || value === 0 ? '–' : typeof value === 'number' ? number(value) : value;
}

function yes(is: boolean): string {
  return is ? msg('Yes') : '';
}

function punchesText({ punches, firstPunch, lastPunch }: MergeRecord): string {
  if (punches === 0 || !firstPunch || !lastPunch) return '';
  const [amount, from, to] = [number(punches), shortDate(firstPunch), shortDate(lastPunch)];
  return from === to ? msg(str`${amount}, on ${from}`) : msg(str`${amount}, from ${from} to ${to}`);
}

export function obstacleText(obstacle: MergeObstacle): string {
  if (obstacle.why === 'waiting-corrections')
    return msg('Corrections of the other record wait for a decision. Decide about them first.');
  if (obstacle.why === 'consent-withdrawn')
    return msg(
      'The consent in one record was withdrawn after it was given in the other. Withdraw it in both, or record a new one.',
    );
  const months = list(obstacle.months.map(monthText));
  return msg(
    str`Months are closed with hours of the other record: ${months}. Reopen them first, or keep the other record and merge this one into it.`,
  );
}

/** Each a sentence of its own. */
export function collisionTexts({ collisions, goes }: MergePreviewView): string[] {
  const { days, repeated, absences, adjusted, dropped } = collisions;
  const texts: (string | false)[] = [
    days.length > 0 && daysText(days),
    repeated > 0 &&
      plural(repeated, {
        one: msg('1 punch repeats one of this record and counts no more.'),
        other: msg(str`${number(repeated)} punches repeat those of this record and count no more.`),
      }),
    adjusted.length > 0 &&
      msg(
        str`These closed months stay as they are, and what comes to them counts as an adjustment: ${list(adjusted.map(monthText))}.`,
      ),
    absences.length > 0 &&
      msg(
        str`These absences of the other record are dropped, because this one has one at that time: ${list(absences.map(spanText))}.`,
      ),
    goes.absenceRequests > 0 &&
      plural(goes.absenceRequests, {
        one: msg(
          '1 request for an absence still waits. It becomes one of this record, and is decided as before.',
        ),
        other: msg(
          str`${number(goes.absenceRequests)} requests for absences still wait. They become requests of this record, and are decided as before.`,
        ),
      }),
    dropped.rotas > 0 && msg('The rotas of the other record are dropped: those of this one count.'),
    dropped.exceptions > 0 &&
      msg('On dates on which both have an exception of the rota, that of this record counts.'),
    dropped.balanceEntries > 0 && msg('Both balances have a start: that of this record counts.'),
    dropped.allowances > 0 && msg('In years in which both have vacation days, those of this record count.'),
    dropped.account && msg(str`The account ${goes.account ?? ''} ends: a person has one.`),
    goes.invited && msg('The open invitation of the other record ends, and a capture that waits is deleted.'),
  ];
  return texts.filter((text) => text !== false);
}

function daysText(days: readonly string[]): string {
  const amount = number(days.length);
  const which = days.length > MOST_DAYS ? '' : list(days.map(longDate));
  if (which === '')
    return msg(str`On ${amount} days both records have punches. Look at these days afterwards.`);
  return msg(str`Both records have punches on ${which}. Look at it afterwards.`);
}

function spanText({ from, to }: { from: string; to: string }): string {
  return from === to ? longDate(from) : msg(str`${longDate(from)} to ${longDate(to)}`);
}

function monthText(month: string): string {
  return dateFormat({ month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}
