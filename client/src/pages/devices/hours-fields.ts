/** When a camera recognizes anybody, by weekday. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { WeekHours } from '#protocol/devices.ts';
import { weekday } from './hours-text.ts';

/** What the form begins with when somebody chooses hours. */
const USUAL = { from: '06:00', to: '20:00' } as const;
const USUAL_WEEK: WeekHours = [USUAL, USUAL, USUAL, USUAL, USUAL, null, null];

export const hoursStyles = css`
  .day {
    display: grid;
    grid-template-columns: 1fr 9.5rem 9.5rem;
    gap: 0.25rem 0.75rem;
    align-items: end;
  }
  .day + .day {
    margin-top: 0.6rem;
  }
  .day wa-checkbox {
    padding-bottom: 0.6rem;
  }
  @media (max-width: 34rem) {
    .day {
      grid-template-columns: 1fr 1fr;
    }
    .day wa-checkbox {
      grid-column: 1 / -1;
      padding: 0.4rem 0 0;
    }
  }
`;

export type HoursChoice = 'always' | 'hours';

interface HoursForm {
  hours: WeekHours | null;
  zone: string;
  /** What is chosen in the form. */
  choice: HoursChoice;
  onChoice: (choice: HoursChoice) => void;
  fault: string;
}

export function hoursFields({ hours, zone, choice, onChoice, fault }: HoursForm): TemplateResult {
  const week = hours ?? USUAL_WEEK;
  return html`<wa-radio-group
      name="hours"
      label=${msg('Hours of recognition')}
      .value=${choice}
      hint=${fault || msg('Outside of them nobody is recognized and no picture is analyzed; PIN and badge still work. By default a camera always recognizes.')}
      @change=${(event: Event) => onChoice((event.currentTarget as HTMLInputElement).value === 'hours' ? 'hours' : 'always')}
      data-test="hours"
    >
      <wa-radio value="always">${msg('Always')}</wa-radio>
      <wa-radio value="hours">${msg(str`By weekday, by the clock of the site (${zone})`)}</wa-radio>
    </wa-radio-group>
    ${
      choice === 'hours'
        ? html`<div data-test="week">
              ${week.map((day, i) => {
                const { from, to } = day ?? USUAL;
                const name = weekday(i);
                return html`<div class="day" role="group" aria-label=${name}>
                  <wa-checkbox name="day${i}" value="on" .checked=${day !== null}>${name}</wa-checkbox>
                  <wa-input name="from${i}" type="time" label=${msg('From')} .value=${from}></wa-input>
                  <wa-input name="to${i}" type="time" label=${msg('To')} .value=${to}></wa-input>
                </div>`;
              })}
            </div>
            <p class="small quiet">
              ${msg('A time that is not later than the beginning is on the next day. The same time twice is a whole day.')}
            </p>`
        : nothing
    }`;
}

/** @param text reads a field of the form */
export function readHours(text: (name: string) => string): WeekHours | null {
  if (text('hours') !== 'hours') return null;
  return USUAL_WEEK.map((_, i) =>
    text(`day${i}`) === '' ? null : { from: text(`from${i}`), to: text(`to${i}`) },
  );
}
