/** What is known of one punch, in words. */
import { msg, str } from '@lit/localize';
import type { PunchView } from '#protocol/attendance.ts';
import { number } from '../../locales/intl.ts';

/** A list of the day has all of its punches; these say which way one of them went. */
export function saysText({ says }: Pick<PunchView, 'says'>): string {
  if (says === null) return msg('Seen');
  return says === 'in' ? msg('Check-in') : msg('Check-out');
}

/** Who said which way it went. */
export function saidBy({ says, source, stated }: Pick<PunchView, 'says' | 'source' | 'stated'>): string {
  if (says === null) return msg('Nobody said whether it was in or out: the rules of the site decide.');
  if (stated) return msg('The person said so at the station.');
  return source === 'correction' ? msg('The correction says so.') : msg('The door is only for this.');
}

export function sourceText({ source }: Pick<PunchView, 'source'>): string {
  const texts: Record<PunchView['source'], string> = {
    sighting: msg('Face'),
    'face-and-number': msg('Face and number'),
    pin: msg('PIN'),
    badge: msg('Badge'),
    correction: msg('Correction'),
  };
  return texts[source];
}

/** Where the punch comes from and how sure the recognition was. */
export function origin({ device, similarity, live, voided }: PunchView): string {
  return [
    voided ? msg('Removed: counts nowhere') : '',
    device ?? msg('Correction'),
    similarity === null ? '' : msg(str`similarity ${score(similarity)}`),
    live === null ? '' : msg(str`liveness ${score(live)}`),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

export function score(value: number): string {
  return number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
