/** The keys on the screen, for digits or for letters. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'Backspace', '0', 'Enter'];
const LETTERS = [...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ-'), 'Backspace'];
const LABELS: Record<string, () => string> = {
  Backspace: () => msg('Backspace'),
  Enter: () => msg('Continue'),
};
const ICONS: Record<string, string> = { Backspace: 'backspace', Enter: 'arrow-right' };

interface Pressing {
  disabled: boolean;
  press: (key: string) => void;
}

/** `Enter` is among the digits; beside the letters it needs a place of its own. */
export function keypad(letters: boolean, pressing: Pressing) {
  return html`<div class="keys ${letters ? 'letters' : ''}">
    ${(letters ? LETTERS : DIGITS).map((key) => keypadKey(key, pressing))}
  </div>`;
}

export function keypadKey(key: string, { disabled, press }: Pressing) {
  const icon = ICONS[key];
  return html`<button
    type="button"
    class=${key === 'Enter' ? 'go' : ''}
    aria-label=${LABELS[key]?.() ?? key}
    ?disabled=${disabled}
    @click=${() => press(key)}
    data-test="key-${key}"
  >
    ${icon ? html`<wa-icon name=${icon}></wa-icon>` : key}
  </button>`;
}
