/** The names of the choices that a device has, the same in the list and in its settings. */
import { msg } from '@lit/localize';
import type { DeviceSettings, Mounting, NamesShown, WishAsked } from '#protocol/devices.ts';

export function modeText(mode: DeviceSettings['mode']): string {
  const texts: Record<DeviceSettings['mode'], string> = {
    auto: msg('Automatic, by the rules of the site'),
    in: msg('Always a check-in'),
    out: msg('Always a check-out'),
  };
  return texts[mode];
}

export function wishText(wish: WishAsked): string {
  const texts: Record<WishAsked, string> = {
    kiosk: msg('Kiosk: people stop in front of it'),
    corridor: msg('Corridor: people walk past'),
    everyone: msg('Everyone who is recognized'),
  };
  return texts[wish];
}

export function namesText(names: NamesShown): string {
  const texts: Record<NamesShown, string> = {
    full: msg('The full name'),
    given: msg('The given name only'),
    none: msg('No name'),
  };
  return texts[names];
}

export function turnText(turn: Mounting['turn']): string {
  const texts: Record<Mounting['turn'], string> = {
    0: msg('Not turned'),
    90: msg('A quarter turn clockwise'),
    180: msg('Upside down'),
    270: msg('A quarter turn counterclockwise'),
  };
  return texts[turn];
}
