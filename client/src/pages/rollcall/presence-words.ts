/** Times and states of people in the building, in words. */
import { msg, str } from '@lit/localize';
import type { ListedView, SiteOfPresence } from '#protocol/roll-calls.ts';
import { span } from '../../components/format.ts';
import { dateFormat } from '../../locales/intl.ts';

/** On the clocks of the site: 14:03. */
export function timeAt(instant: string, timeZone: string | undefined): string {
  return dateFormat({ hour: 'numeric', minute: '2-digit', timeZone }).format(new Date(instant));
}

/** Of this browser, to the second: 14:03:22. */
export function exactTime(epoch: number): string {
  return dateFormat({ timeStyle: 'medium' }).format(new Date(epoch));
}

export function exactDateTime(epoch: number): string {
  return dateFormat({ dateStyle: 'long', timeStyle: 'medium' }).format(new Date(epoch));
}

export function howLong(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  return seconds < 60 ? msg(str`${seconds} s`) : span(Math.floor(seconds / 60) * 60_000);
}

export function siteById(sites: readonly SiteOfPresence[], id: string | null): SiteOfPresence | undefined {
  return sites.find((site) => site.id === id) ?? (id === null ? sites[0] : undefined);
}

/** What is to be known about where a person is; null where they are simply in. */
export function stateText({ state, seenAt }: Pick<ListedView, 'state' | 'seenAt'>, timeZone?: string) {
  const seen = seenAt === null ? '' : timeAt(seenAt, timeZone);
  if (state === 'uncertain') return msg(str`Perhaps gone · last seen ${seen}`);
  if (state === 'left') return msg(str`Left at ${seen}`);
  return state === 'unknown' ? msg('Not seen at a door') : null;
}

/** What a name, a number, a department or a door is searched for, without accents and capitals. */
export function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
