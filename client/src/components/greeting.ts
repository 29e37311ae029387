import { msg, str } from '@lit/localize';

/** Greets a reader by the first of their names, as fits the time of the day. */
export function greeting(name: string | undefined, hour = new Date().getHours()): string {
  const given = name?.split(' ')[0];
  if (!given) return msg('Hello');
  if (hour < 5) return msg(str`Hello, ${given}`);
  if (hour < 12) return msg(str`Good morning, ${given}`);
  return hour < 18 ? msg(str`Good afternoon, ${given}`) : msg(str`Good evening, ${given}`);
}
