/** The names of the choices that a device has, the same in the list and in its settings. */
import { msg } from '@lit/localize';
import type { DeviceSettings } from '#protocol/devices.ts';

export function modeText(mode: DeviceSettings['mode']): string {
  switch (mode) {
    case 'auto':
      return msg('First in, then out');
    case 'in':
      return msg('Always a check-in');
    case 'out':
      return msg('Always a check-out');
  }
}
