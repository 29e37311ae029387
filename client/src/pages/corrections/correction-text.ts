/** What a correction does, in one line. */
import { msg, str } from '@lit/localize';
import type { CorrectionState, CorrectionView } from '#protocol/corrections.ts';
import { clockTime, longDate } from '../../components/format.ts';
import { list, number, plural } from '../../locales/intl.ts';

/** More times than this are counted rather than listed. */
const MOST_TIMES = 4;

type Told = Pick<CorrectionView, 'kind' | 'says' | 'localTime' | 'site' | 'punches' | 'toPerson'>;

export function correctionText(correction: Told): string {
  if (correction.kind === 'add') return additionText(correction);
  if (correction.kind === 'merge') return msg('Take over the punches of another record of this person');
  const punches = punchesText(correction);
  if (correction.kind === 'change') return changeText(correction, punches);
  return correction.kind === 'void'
    ? msg(str`Remove ${punches}`)
    : msg(str`Move ${punches} to ${correction.toPerson?.displayName ?? '–'}`);
}

function additionText({ says, localTime, site }: Told): string {
  const [date = '', time = ''] = (localTime ?? '').split(' ');
  const when = localTime === null ? '–' : `${longDate(date)}, ${clockTime(time)}`;
  const where = site ?? '–';
  return says === 'out'
    ? msg(str`Add a check-out: ${when}, ${where}`)
    : msg(str`Add a check-in: ${when}, ${where}`);
}

function changeText({ says, localTime }: Told, punches: string): string {
  const time = clockTime(localTime?.split(' ')[1] ?? '00:00');
  return says === 'out'
    ? msg(str`Change ${punches} to a check-out at ${time}`)
    : msg(str`Change ${punches} to a check-in at ${time}`);
}

function punchesText({ punches, kind }: Told): string {
  // Of a move or a change that was made, the new punch stands beside the old one.
  const old = punches.filter(({ source, voided }) => kind === 'void' || voided || source !== 'correction');
  const amount = number(old.length);
  const dates = new Set(old.map(({ localDate }) => localDate));
  const counted = plural(old.length, { one: msg('1 punch'), other: msg(str`${amount} punches`) });
  if (old.length === 0 || old.length > MOST_TIMES || dates.size > 1) return counted;
  const times = list(old.map(({ localTime }) => clockTime(localTime)));
  return msg(str`${counted} (${longDate(old[0]!.localDate)}, ${times})`);
}

/** The class of the chip of a state; blank for what needs nobody's attention. */
export function stateKind(state: CorrectionState): string {
  const kinds: Record<CorrectionState, string> = {
    waiting: 'warn',
    applied: 'good',
    refused: 'bad',
    withdrawn: '',
  };
  return kinds[state];
}

export function stateText(state: CorrectionState): string {
  const texts: Record<CorrectionState, string> = {
    waiting: msg('Waiting'),
    applied: msg('Applied'),
    refused: msg('Refused'),
    withdrawn: msg('Withdrawn'),
  };
  return texts[state];
}
