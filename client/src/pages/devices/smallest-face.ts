/** From how far away a camera recognizes people: a choice in words, with the exact size of the face next to it. */
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { MIN_FACE } from '#protocol/devices.ts';

/** Fractions of the picture's height. */
const CHOICES = [
  { value: 0.2, text: () => msg('Near: people step up to a station') },
  { value: 0.08, text: () => msg('Normal: people walk through a door') },
  { value: 0.04, text: () => msg('Far: people cross a hall') },
] as const;
const OTHER = 'other';

const percent = (fraction: number) => String(Math.round(fraction * 1000) / 10);

export function choiceOf(minFace: number): string {
  return CHOICES.find(({ value }) => value === minFace) ? percent(minFace) : OTHER;
}

export function smallestFaceFields(minFace: number, fault: string): TemplateResult {
  return html`<wa-select
      label=${msg('Recognition distance')}
      .value=${choiceOf(minFace)}
      hint=${msg('The farther away, the more computing power each picture needs.')}
      @change=${chosen}
      data-test="smallest-face"
    >
      ${CHOICES.map(({ value, text }) => html`<wa-option value=${percent(value)}>${text()}</wa-option>`)}
      <wa-option value=${OTHER}>${msg('Custom size')}</wa-option>
    </wa-select>
    <wa-input
      name="minFace"
      label=${msg('Smallest face')}
      type="number"
      min=${percent(MIN_FACE.least)}
      max=${percent(MIN_FACE.most)}
      step="0.1"
      .value=${percent(minFace)}
      hint=${fault || msg('Percent of the picture height')}
      required
      @input=${typed}
    ></wa-input>`;
}

/** As a fraction of the picture's height. */
export function readMinFace(typedPercent: string): number {
  return Math.round(Number(typedPercent) * 10) / 1000;
}

type Field = HTMLElement & { value: string };

function chosen(event: Event): void {
  const select = event.currentTarget as Field;
  const exact = select.closest('form')?.querySelector<Field>('[name=minFace]');
  if (exact && select.value !== OTHER) exact.value = select.value;
}

function typed(event: Event): void {
  const exact = event.currentTarget as Field;
  const select = exact.closest('form')?.querySelector<Field>('[data-test=smallest-face]');
  if (select) select.value = choiceOf(readMinFace(exact.value));
}
