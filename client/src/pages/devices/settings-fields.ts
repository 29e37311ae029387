/** The fields of a device's settings. */
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import '@awesome.me/webawesome/dist/components/switch/switch.js';
import { TURNS, WISHES, type DeviceSettings } from '#protocol/devices.ts';
import { LANGUAGES, isLanguageSetting } from '#protocol/language.ts';
import { LANGUAGE_NAMES } from '../../locales/language.ts';
import { modeText, turnText, wishText } from './device-texts.ts';
import { readMinFace, smallestFaceFields } from './smallest-face.ts';

const MODES = ['auto', 'in', 'out'] as const;

export function settingsFields(
  { kind, settings }: { kind: 'station' | 'camera'; settings: DeviceSettings },
  fault: (field: string) => string,
): TemplateResult {
  const screen = kind === 'station';
  return html`
    <wa-select name="mode" label=${msg('Check-in mode')} .value=${settings.mode} hint=${fault('mode')}>
      ${MODES.map((mode) => html`<wa-option value=${mode}>${modeText(mode)}</wa-option>`)}
    </wa-select>
    <wa-select name="language" label=${msg('Language')} .value=${settings.language} hint=${fault('language')}>
      <wa-option value="auto">${msg('Browser language')}</wa-option>
      ${LANGUAGES.map((one) => html`<wa-option value=${one}>${LANGUAGE_NAMES[one]}</wa-option>`)}
    </wa-select>
    <div class="fields">
      <wa-input
        name="minGap"
        label=${msg('Minimum time between punches')}
        type="number"
        min="0"
        max="86400"
        .value=${String(settings.minGap / 1000)}
        hint=${fault('minGap') || msg('Seconds')}
        required
      ></wa-input>
      ${
        screen
          ? html`<wa-input
              name="recentEvents"
              label=${msg('Recent events on the screen')}
              type="number"
              min="0"
              max="10"
              .value=${String(settings.recentEvents)}
              hint=${fault('recentEvents') || msg('0 shows no events')}
              required
            ></wa-input>`
          : html`<input type="hidden" name="recentEvents" value=${settings.recentEvents} />`
      }
    </div>
    <wa-select
      name="wish"
      label=${msg('Who is checked in')}
      .value=${settings.wish}
      hint=${fault('wish') || msg('Everybody else in the picture is seen, but not checked in.')}
    >
      ${WISHES.map((wish) => html`<wa-option value=${wish}>${wishText(wish)}</wa-option>`)}
    </wa-select>
    <div class="fields">${smallestFaceFields(settings.minFace, fault('minFace'))}</div>
    <wa-select
      name="turn"
      label=${msg('Turn the picture')}
      .value=${String(settings.mounting.turn)}
      hint=${fault('mounting') || msg('For a camera that hangs on its side or upside down.')}
    >
      ${TURNS.map((turn) => html`<wa-option value=${turn}>${turnText(turn)}</wa-option>`)}
    </wa-select>
    <wa-switch name="flipped" ?checked=${settings.mounting.mirrored}
      >${msg('The camera mirrors its picture: exchange left and right')}</wa-switch
    >
    ${
      screen
        ? html`<wa-switch name="sound" ?checked=${settings.sound}>${msg('Play a short sound')}</wa-switch>`
        : settings.sound
          ? html`<input type="hidden" name="sound" value="on" />`
          : nothing
    }
  `;
}

/** The values of the form in the units of the protocol. */
export function readSettings(form: HTMLFormElement): DeviceSettings {
  const data = new FormData(form);
  const text = (name: string) => {
    const value = data.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const mode = text('mode');
  const language = text('language');
  const wish = text('wish');
  return {
    mode: mode === 'in' || mode === 'out' ? mode : 'auto',
    minGap: Math.round(Number(text('minGap')) * 1000),
    minFace: readMinFace(text('minFace')),
    mounting: {
      turn: TURNS.find((one) => one === Number(text('turn'))) ?? 0,
      mirrored: data.get('flipped') !== null,
    },
    wish: WISHES.find((one) => one === wish) ?? 'kiosk',
    recentEvents: Number(text('recentEvents')),
    sound: data.get('sound') !== null,
    language: isLanguageSetting(language) ? language : 'auto',
  };
}
