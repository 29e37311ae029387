import type { DeviceSettings } from '#protocol/devices.ts';
import { setDeviceLanguage } from '../locales/language.ts';
import { reportUnexpected } from '../session/client-error.ts';
import type { Observable } from '../session/observable.ts';

/** Keeps the page of a device in the language that its settings name. @returns ends it */
export function followDeviceLanguage(settings: Observable<DeviceSettings | null>): () => void {
  return settings.subscribe((value) => {
    if (value) setDeviceLanguage(value.language).catch(reportUnexpected);
  });
}
