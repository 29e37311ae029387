/** A clock of a server that was set, in words. */
import { msg, str } from '@lit/localize';
import type { ClockStepView } from '#protocol/health.ts';
import { number } from '../locales/intl.ts';
import { dateTime, span } from './format.ts';

export function clockSetText({ at, by }: ClockStepView): string {
  const when = dateTime(at);
  const length = lengthText(Math.abs(by));
  return by < 0
    ? msg(str`The clock of the server was set back by ${length}: ${when}`)
    : msg(str`The clock of the server was set forward by ${length}: ${when}`);
}

function lengthText(milliseconds: number): string {
  if (milliseconds < 60_000) return msg(str`${number(Math.round(milliseconds / 1_000))} s`);
  const days = Math.round(milliseconds / 86_400_000);
  return days >= 2 ? msg(str`${number(days)} days`) : span(milliseconds);
}
