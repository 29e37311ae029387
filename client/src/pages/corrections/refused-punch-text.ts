/** Why a punch was refused: in a few words for the list, and in a sentence for whoever decides. */
import { msg, str } from '@lit/localize';
import { list } from '../../locales/intl.ts';
import type { Refusal, RefusedPunchView } from '#protocol/refused-punches.ts';

export function refusalText({ why, source, person }: RefusedPunchView): string {
  const texts: Record<Refusal, () => string> = {
    database: () => msg('Refused by the database'),
    pass: () => {
      if (source === 'badge') return msg('Unknown badge');
      return person ? msg('Wrong PIN') : msg('Unknown number');
    },
    'look-alikes': () => msg('One of two look-alikes'),
    person: () => msg('Person not active'),
    'device-revoked': () => msg('Station unpaired'),
    unreadable: () => msg('Not readable'),
    'time-unsure': () => msg('Time not certain'),
    'too-old': () => msg('Delivered too late'),
  };
  return texts[why]();
}

export function refusalStory({ why, source, person, oneOf, code }: RefusedPunchView): string {
  const name = person?.displayName ?? '';
  const texts: Record<Refusal, () => string> = {
    database: () =>
      msg(str`The station recognized ${name}, but the database refused the punch (${code ?? ''}).`),
    pass: () => {
      if (source === 'badge') return msg('This badge belongs to nobody. It may have been replaced since.');
      return person
        ? msg(str`Somebody typed the number of ${name} with a wrong PIN. Ask ${name} before you book it.`)
        : msg('Somebody typed a number that no person has.');
    },
    'look-alikes': () =>
      msg(
        str`The camera recognized ${either(oneOf)}, who look alike, and could not ask which of them it was. Type the number of the right one.`,
      ),
    person: () => msg(str`The PIN or badge is right, but ${name} was suspended or had left.`),
    'device-revoked': () =>
      msg(
        'The PIN or badge is right, but the station was unpaired before it delivered this punch. If the station was stolen, dismiss it.',
      ),
    unreadable: () =>
      source === null
        ? msg(
            'The station has signed this punch, but nothing in it can be read. The time is that of the delivery.',
          )
        : msg('The station has signed this punch, but its PIN or badge cannot be opened.'),
    'time-unsure': () =>
      msg('The PIN or badge is right, but the clocks of the station contradict each other. Check the time.'),
    'too-old': () => msg('The PIN or badge is right, but the station delivered it more than 14 days later.'),
  };
  return texts[why]();
}

/** Whose punch it is, or whose it may be. */
export function whoseText({ person, oneOf }: Pick<RefusedPunchView, 'person' | 'oneOf'>): string {
  if (person) return person.displayName;
  return oneOf.length > 0 ? either(oneOf) : msg('Unknown person');
}

function either(people: RefusedPunchView['oneOf']): string {
  return list(
    people.map(({ displayName, number }) => `${displayName} (${number})`),
    'disjunction',
  );
}

/** Whether the pass proved who it was, or the face did. */
export function isPersonSure({ why, person }: RefusedPunchView): boolean {
  return person !== null && why !== 'pass';
}

export function isTimeSure({ why }: RefusedPunchView): boolean {
  return why !== 'time-unsure' && why !== 'unreadable';
}
