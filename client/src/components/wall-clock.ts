/** The time and the date at the door, in its time zone and by the server's clock. */
import { LitElement, html, css } from 'lit';

export class MusterClock extends LitElement {
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
    span {
      display: block;
      margin-top: 0.35em;
      font-size: var(--date-size, clamp(1rem, 2.4vmin, 1.9rem));
      font-weight: 500;
      letter-spacing: -0.01em;
    }
  `;
  declare timeZone: string;
  /** Server clock less this machine's, ms. */
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

  /** Wakes once a second, on the second. */
  #tick() {
    this.requestUpdate();
    const now = Date.now() + this.offset;
    this.#timer = setTimeout(() => this.#tick(), 1000 - (now % 1000) + 5);
  }

  override render() {
    const now = new Date(Date.now() + this.offset);
    const zone = { timeZone: this.timeZone };
    const time = new Intl.DateTimeFormat('en-GB', { ...zone, hour: '2-digit', minute: '2-digit' });
    const date = new Intl.DateTimeFormat('en-GB', {
      ...zone,
      weekday: 'long',
      day: 'numeric',
      month: 'long',
    });
    return html`<time data-test="clock">${time.format(now)}</time><span>${date.format(now)}</span>`;
  }
}

customElements.define('muster-clock', MusterClock);
