/** The time and the date at the door, in the time zone of the device and by the clock of the server. */
import { html, css } from 'lit';
import { MusterElement } from './muster-element.ts';
import { dateFormat } from '../locales/intl.ts';

export class MusterClock extends MusterElement {
  static override properties = {
    timeZone: { attribute: false },
    offset: { attribute: false },
  };
  static override styles = css`
    :host {
      display: block;
      color: inherit;
    }
    time {
      display: block;
      font-size: var(--clock-size, clamp(3.2rem, 9vmin, 8.5rem));
      font-weight: 640;
      letter-spacing: -0.045em;
      line-height: 0.95;
      font-variant-numeric: tabular-nums;
    }
    small {
      font-size: 0.4em;
      letter-spacing: 0;
    }
    span {
      display: block;
      margin-top: 0.35em;
      font-size: var(--date-size, clamp(1rem, 2.4vmin, 1.9rem));
      font-weight: 500;
      letter-spacing: -0.01em;
    }
  `;
  declare timeZone: string;
  /** The clock of the server minus that of this machine, ms. */
  declare offset: number;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    super();
    this.timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    this.offset = 0;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#tick();
  }

  override disconnectedCallback() {
    if (this.#timer) clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  /** Renders once a second, on the second. */
  #tick() {
    this.requestUpdate();
    const now = Date.now() + this.offset;
    this.#timer = setTimeout(() => this.#tick(), 1000 - (now % 1000) + 5);
  }

  override render() {
    const now = new Date(Date.now() + this.offset);
    const { timeZone } = this;
    const time = dateFormat({ timeZone, hour: 'numeric', minute: '2-digit' });
    const date = dateFormat({ timeZone, weekday: 'long', day: 'numeric', month: 'long' });
    // "AM" and "PM" stand smaller beside the digits.
    const parts = time
      .formatToParts(now)
      .map(({ type, value }) => (type === 'dayPeriod' ? html`<small>${value}</small>` : value));
    return html`<time data-test="clock">${parts}</time><span>${date.format(now)}</span>`;
  }
}

customElements.define('muster-clock', MusterClock);
