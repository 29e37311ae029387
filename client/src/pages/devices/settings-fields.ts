/** The fields of a device's settings, each with its consequence and its default. */
import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import {
  ANALYSIS_RATE,
  type DeviceSettings,
  type DeviceView,
  NAMES_SHOWN,
  TURNS,
  WISHES,
} from '#protocol/devices.ts';
import { LANGUAGES, isLanguageSetting } from '#protocol/language.ts';
import type { Zone } from '#protocol/zone.ts';
import { LANGUAGE_NAMES } from '../../locales/language.ts';
import { modeText, namesText, turnText, wishText } from './device-texts.ts';
import { hoursFields, hoursStyles, type HoursChoice, readHours } from './hours-fields.ts';
import { readMinFace, smallestFaceFields } from './smallest-face.ts';
import './zone-field.ts';

const MODES = ['auto', 'in', 'out'] as const;

export const settingsStyles = [
  hoursStyles,
  css`
    .group {
      display: grid;
      gap: 1rem;
      padding-top: 1.1rem;
      border-top: 1px solid var(--m-line);
    }
    .group h3 {
      margin: 0;
      font-size: 1rem;
    }
    .switch p {
      margin: 0.2rem 0 0;
    }
  `,
];

/** What the form shows beside the values of its fields. */
export interface SettingsForm {
  fault: (field: string) => string;
  zone: Zone | null;
  onZone: (zone: Zone | null) => void;
  hours: HoursChoice;
  onHours: (choice: HoursChoice) => void;
  /** Those at the site that is chosen, by name. */
  stations: readonly Pick<DeviceView, 'id' | 'name'>[];
  /** The station whose screen shows the results; null: none. */
  station: string | null;
  onStation: (id: string | null) => void;
}

export function settingsFields(device: DeviceView, form: SettingsForm): TemplateResult {
  return html`
    ${checkInFields(device, form)} ${pictureFields(device, form)} ${analysisFields(device, form)}
    ${screenFields(device, form)}
  `;
}

function checkInFields({ settings }: DeviceView, { fault, station }: SettingsForm) {
  const tied = station !== null;
  return html`<section class="group">
    <h3>${msg('Check-in')}</h3>
    <wa-select
      name="mode"
      label=${msg('Check-in mode')}
      .value=${settings.mode}
      ?disabled=${tied}
      hint=${
        fault('mode') ||
        (tied ? asAtStation() : msg('What it means that somebody passes. The default is automatic.'))
      }
    >
      ${MODES.map((mode) => html`<wa-option value=${mode}>${modeText(mode)}</wa-option>`)}
    </wa-select>
    <wa-select
      name="wish"
      label=${msg('Who is checked in')}
      .value=${settings.wish}
      hint=${
        fault('wish') ||
        msg(
          'Everybody else in the picture is seen, but not checked in. The default is Kiosk for a station and Corridor for a camera.',
        )
      }
    >
      ${WISHES.map((wish) => html`<wa-option value=${wish}>${wishText(wish)}</wa-option>`)}
    </wa-select>
    <wa-input
      name="minGap"
      label=${msg('Minimum time between punches')}
      type="number"
      min="0"
      max="86400"
      .value=${String(settings.minGap / 1000)}
      hint=${
        fault('minGap') ||
        (tied ? asAtStation() : msg('Seconds. Who passes again sooner is not booked again.'))
      }
      ?disabled=${tied}
      required
    ></wa-input>
  </section>`;
}

function asAtStation(): string {
  return msg('As at the station that shows the results of this camera.');
}

function pictureFields(device: DeviceView, { fault, zone, onZone }: SettingsForm) {
  const { settings } = device;
  return html`<section class="group">
    <h3>${msg('Picture')}</h3>
    <div class="fields">${smallestFaceFields(settings.minFace, fault('minFace'))}</div>
    <wa-select
      name="turn"
      label=${msg('Turn the picture')}
      .value=${String(settings.mounting.turn)}
      hint=${fault('mounting') || msg('For a camera that hangs on its side or upside down. The zone does not turn with it.')}
    >
      ${TURNS.map((turn) => html`<wa-option value=${turn}>${turnText(turn)}</wa-option>`)}
    </wa-select>
    <wa-switch name="flipped" .checked=${settings.mounting.mirrored}
      >${msg('The camera mirrors its picture: exchange left and right')}</wa-switch
    >
    <muster-zone-field
      .device=${device}
      .zone=${zone}
      .fault=${fault('zone')}
      @change=${(event: Event) => onZone((event.currentTarget as HTMLElement & { zone: Zone | null }).zone)}
    ></muster-zone-field>
  </section>`;
}

function analysisFields({ settings, site }: DeviceView, { fault, hours, onHours }: SettingsForm) {
  return html`<section class="group">
    <h3>${msg('Recognition')}</h3>
    <wa-input
      name="rate"
      label=${msg('Pictures analyzed per second')}
      type="number"
      min=${ANALYSIS_RATE.least}
      max=${ANALYSIS_RATE.most}
      step="1"
      .value=${settings.rate === null ? '' : String(settings.rate)}
      hint=${
        fault('rate') ||
        msg(
          'More recognize sooner and need more computing power. Below 3, the movement of a quick check cannot be followed. Empty, the default: as the server is set, usually 10.',
        )
      }
      data-test="rate"
    ></wa-input>
    ${hoursFields({
      hours: settings.hours,
      zone: site.timeZone,
      choice: hours,
      onChoice: onHours,
      fault: fault('hours'),
    })}
  </section>`;
}

function screenFields(device: DeviceView, form: SettingsForm) {
  const { kind, settings } = device;
  return html`<section class="group">
    <h3>${msg('Screen')}</h3>
    ${kind === 'station' ? nothing : stationField(form)}
    ${hasPage(device) ? languageField(settings, form) : nothing}
    ${kind === 'station' ? stationFields(settings, form.fault) : nothing}
  </section>`;
}

/** An encoder and an IP camera have no browser. */
function hasPage({ kind, rtsp }: Pick<DeviceView, 'kind' | 'rtsp'>): boolean {
  return kind !== 'encoder' && rtsp === null;
}

function stationField({ fault, stations, station, onStation }: SettingsForm) {
  return html`<wa-select
    name="station"
    label=${msg('Shows results at')}
    .value=${station ?? ''}
    hint=${
      fault('station') ||
      msg(
        'A camera above the door can serve the tablet below it: who is recognized here is greeted on the screen of that station.',
      )
    }
    @change=${(event: Event) => onStation((event.target as HTMLSelectElement).value || null)}
    data-test="station"
  >
    <wa-option value="">${msg('No screen')}</wa-option>
    ${stations.map(({ id, name }) => html`<wa-option value=${id}>${name}</wa-option>`)}
  </wa-select>`;
}

function languageField(settings: DeviceSettings, { fault }: SettingsForm) {
  return html`<wa-select
    name="language"
    label=${msg('Language')}
    .value=${settings.language}
    hint=${fault('language') || msg('Of the page on the device. The default is that of its browser.')}
  >
    <wa-option value="auto">${msg('Browser language')}</wa-option>
    ${LANGUAGES.map((one) => html`<wa-option value=${one}>${LANGUAGE_NAMES[one]}</wa-option>`)}
  </wa-select>`;
}

function stationFields(settings: DeviceSettings, fault: SettingsForm['fault']) {
  return html`<div class="switch">
      <wa-switch name="ownCamera" .checked=${settings.ownCamera}
        >${msg('Use the camera of this device')}</wa-switch
      >
      <p class="small quiet">
        ${msg('Without it the station shows whom other cameras recognize that show their results here, and takes PIN and badge. On by default.')}
      </p>
    </div>
    <wa-select
      name="names"
      label=${msg('Names on the screen')}
      .value=${settings.names}
      hint=${
        fault('names') ||
        msg(
          'What others at the door can read. What is not shown is not sent to the station either. The default is the full name.',
        )
      }
    >
      ${NAMES_SHOWN.map((one) => html`<wa-option value=${one}>${namesText(one)}</wa-option>`)}
    </wa-select>
    <wa-input
      name="recentEvents"
      label=${msg('Recent events on the screen')}
      type="number"
      min="0"
      max="10"
      .value=${String(settings.recentEvents)}
      hint=${fault('recentEvents') || msg('The last people who passed, for everybody to see. 0 shows none; the default is 5.')}
      required
    ></wa-input>
    <div class="switch">
      <wa-switch name="times" .checked=${settings.times}>${msg('Show the time of a punch')}</wa-switch>
      <p class="small quiet">
        ${msg('Without it the station says that somebody was checked in, but not when. On by default.')}
      </p>
    </div>
    <div class="switch">
      <wa-switch name="sound" .checked=${settings.sound}>${msg('Play a short sound')}</wa-switch>
      <p class="small quiet">${msg('After each punch, so that people need not look. On by default.')}</p>
    </div>`;
}

/**
 * The values of the form in the units of the protocol. A camera has no fields of a screen: it keeps what it has.
 */
export function readSettings(
  form: HTMLFormElement,
  device: Pick<DeviceView, 'kind' | 'rtsp' | 'settings'>,
  zone: Zone | null,
): DeviceSettings {
  const { kind, settings } = device;
  const data = new FormData(form);
  const text = (name: string) => {
    const value = data.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const mode = text('mode');
  const language = text('language');
  const wish = text('wish');
  const rate = text('rate');
  const station = kind === 'station' ? null : text('station') || null;
  return {
    // What the station says meanwhile is left as it is here.
    ...(station === null
      ? {
          mode: mode === 'in' || mode === 'out' ? mode : 'auto',
          minGap: Math.round(Number(text('minGap')) * 1000),
        }
      : { mode: settings.mode, minGap: settings.minGap }),
    station,
    minFace: readMinFace(text('minFace')),
    mounting: {
      turn: TURNS.find((one) => one === Number(text('turn'))) ?? 0,
      mirrored: data.get('flipped') !== null,
    },
    zone: zone && zone.map(([x, y]): [number, number] => [x, y]),
    rate: rate === '' ? null : Number(rate),
    hours: readHours(text),
    wish: WISHES.find((one) => one === wish) ?? 'kiosk',
    language: hasPage(device) && isLanguageSetting(language) ? language : settings.language,
    ...(kind === 'station'
      ? {
          ownCamera: data.get('ownCamera') !== null,
          names: NAMES_SHOWN.find((one) => one === text('names')) ?? settings.names,
          times: data.get('times') !== null,
          recentEvents: Number(text('recentEvents')),
          sound: data.get('sound') !== null,
        }
      : {
          ownCamera: settings.ownCamera,
          names: settings.names,
          times: settings.times,
          recentEvents: settings.recentEvents,
          sound: settings.sound,
        }),
  };
}
