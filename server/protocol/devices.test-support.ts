import { type DeviceSettings, UPRIGHT } from './devices.ts';

/** Of a station for which nothing was set. */
export const USUAL_SETTINGS: DeviceSettings = {
  mode: 'auto',
  minGap: 60_000,
  minFace: 0.1,
  wish: 'kiosk',
  mounting: UPRIGHT,
  zone: null,
  rate: null,
  hours: null,
  names: 'full',
  times: true,
  recentEvents: 5,
  sound: true,
  ownCamera: true,
  station: null,
  language: 'auto',
};
