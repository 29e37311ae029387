/** Why nobody is recognized at the moment: the camera is outside of its hours. */
import { msg, str } from '@lit/localize';
import type { CameraHours } from '#protocol/signaling.ts';
import { dateFormat } from '../locales/intl.ts';

/**
 * One sentence; empty while people are recognized.
 *
 * @param timeZone of the site
 * @param clockOffset the clock of the server minus that of this device, ms
 */
export function hoursNotice(hours: CameraHours | null, timeZone: string, clockOffset: number): string {
  if (!hours || hours.recognizes) return '';
  if (hours.until === null) return msg('Face recognition is switched off here.');
  const now = Date.now() + clockOffset;
  const until = Date.parse(hours.until);
  const date = dateFormat({ dateStyle: 'short', timeZone });
  const time = dateFormat({ hour: 'numeric', minute: '2-digit', timeZone }).format(until);
  if (date.format(until) === date.format(now)) return msg(str`Face recognition is off until ${time}.`);
  const day = dateFormat({ weekday: 'long', timeZone }).format(until);
  return msg(str`Face recognition is off until ${day}, ${time}.`);
}
