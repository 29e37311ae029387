import { msg, str } from '@lit/localize';
import { list } from '../../locales/intl.ts';

interface Alike {
  lookAlikes: readonly { displayName: string }[];
}

/** Whom a person looks like, in a few words. */
export function lookAlikeText({ lookAlikes }: Alike): string {
  return msg(str`Looks like ${names(lookAlikes)}`);
}

/** What follows from it, for whoever enrolls people. */
export function lookAlikeStory({ lookAlikes }: Alike): string {
  return msg(
    str`Recognition may not be able to tell this person and ${names(lookAlikes)} apart. A station then asks for the employee number, and shows no name before that. At a camera without a screen nothing is booked: the passing is listed under Requests.`,
  );
}

function names(lookAlikes: Alike['lookAlikes']): string {
  return list(lookAlikes.map(({ displayName }) => displayName));
}
