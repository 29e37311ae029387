/** The settings of a device in the words of their form. */
import { msg, str } from '@lit/localize';
import type { DeviceSettings, Mounting } from '#protocol/devices.ts';
import type { DraftWords } from '../../components/shared-edit/shared-edit.ts';
import { list, number } from '../../locales/intl.ts';
import { LANGUAGE_NAMES } from '../../locales/language.ts';
import { modeText, namesText, turnText, wishText } from './device-texts.ts';
import { weekText } from './hours-text.ts';
import { zoneText } from './zone-text.ts';

/** @param stationName of a station that is still there */
export function settingsWords(stationName: (id: string) => string | undefined): DraftWords<DeviceSettings> {
  return {
    mode: { label: msg('Check-in mode'), text: modeText },
    wish: { label: msg('Who is checked in'), text: wishText },
    minGap: {
      label: msg('Minimum time between punches'),
      text: (gap) => msg(str`${number(gap / 1000)} seconds`),
    },
    minFace: {
      label: msg('Smallest face'),
      text: (part) => number(part, { style: 'percent', maximumFractionDigits: 1 }),
    },
    mounting: { label: msg('Turn the picture'), text: mountingText },
    zone: { label: msg('Zone'), text: zoneText },
    rate: {
      label: msg('Pictures analyzed per second'),
      text: (rate) => (rate === null ? msg('As the server is set') : number(rate)),
    },
    hours: { label: msg('Hours of recognition'), text: weekText },
    language: { label: msg('Language'), text: languageText },
    names: { label: msg('Names on the screen'), text: namesText },
    recentEvents: { label: msg('Recent events on the screen'), text: (events) => number(events) },
    times: { label: msg('Show the time of a punch'), text: onOff },
    ownCamera: { label: msg('Use the camera of this device'), text: onOff },
    station: {
      label: msg('Shows results at'),
      text: (id) => (id === null ? msg('No screen') : (stationName(id) ?? '')),
    },
    sound: { label: msg('Play a short sound'), text: onOff },
  };
}

function mountingText({ turn, mirrored }: Mounting): string {
  return list([turnText(turn), ...(mirrored ? [msg('mirrored')] : [])]);
}

function languageText(language: DeviceSettings['language']): string {
  return language === 'auto' ? msg('Browser language') : LANGUAGE_NAMES[language];
}

function onOff(on: boolean): string {
  return on ? msg('On') : msg('Off');
}
