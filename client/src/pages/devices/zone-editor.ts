/**
 * Draws the zone of a camera on its picture: corners to drag, or to move with the arrow keys, and a place between two corners
 * to add one. Fires `change`; `zone` is null for the whole picture.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing, svg } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import { type Mounting, UPRIGHT } from '#protocol/devices.ts';
import { ZONE_CORNERS, type Zone, zoneFault, type ZonePoint } from '#protocol/zone.ts';
import '../../components/live-view/live-view.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { number } from '../../locales/intl.ts';
import { shared } from '../../styles/shared.ts';

/** What a new zone is drawn as: the middle of the picture. */
const FIRST: Zone = [
  [0.2, 0.15],
  [0.8, 0.15],
  [0.8, 0.95],
  [0.2, 0.95],
];
const REMOVES = /^(Delete|Backspace)$/;
/** How far an arrow key moves a corner, with Shift and without; fractions of the picture. */
const STEP = { fine: 0.01, coarse: 0.05 } as const;

export class MusterZoneEditor extends MusterElement {
  static override properties = {
    zone: { attribute: false },
    stream: { attribute: false },
    mounting: { attribute: false },
    ratio: { type: Number },
    note: {},
  };
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 0.6rem;
      }
      .picture {
        position: relative;
        aspect-ratio: var(--ratio);
        max-height: 60vh;
        margin-inline: auto;
        width: 100%;
        border-radius: var(--m-radius);
        background: #14161f;
        touch-action: none;
      }
      muster-live-view,
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        border-radius: inherit;
      }
      svg {
        overflow: hidden;
        pointer-events: none;
      }
      .outside {
        fill: rgb(7 8 12 / 62%);
        fill-rule: evenodd;
      }
      .edge {
        fill: none;
        stroke: #fff;
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }
      .edge[data-faulty] {
        stroke: #ff6b5e;
      }
      .handle {
        position: absolute;
        display: grid;
        place-items: center;
        width: 44px;
        height: 44px;
        margin: -22px 0 0 -22px;
        padding: 0;
        border: 0;
        border-radius: 50%;
        background: none;
        cursor: grab;
        touch-action: none;
      }
      .handle::before {
        content: '';
        width: 16px;
        height: 16px;
        border-radius: 50%;
        background: #fff;
        border: 3px solid var(--m-accent);
        box-shadow: 0 0 0 1px rgb(0 0 0 / 60%);
      }
      .handle.between {
        cursor: copy;
      }
      .handle.between::before {
        width: 9px;
        height: 9px;
        border-width: 2px;
        opacity: 0.75;
      }
      .handle:focus-visible {
        outline: none;
      }
      .handle:focus-visible::before {
        outline: 3px solid #fff;
        outline-offset: 2px;
        opacity: 1;
      }
      .note {
        position: absolute;
        inset: auto 0 0;
        padding: 0.5rem 0.75rem;
        color: #fff;
        background: rgb(7 8 12 / 70%);
        font-size: 0.875rem;
        border-radius: 0 0 var(--m-radius) var(--m-radius);
        pointer-events: none;
      }
      .fault {
        color: var(--m-danger);
        margin: 0;
      }
    `,
  ];
  declare zone: Zone | null;
  /** The live picture; null where there is none. */
  declare stream: MediaStream | null;
  declare mounting: Mounting;
  /** Width to height of the upright picture. */
  declare ratio: number;
  /** Why there is no live picture. */
  declare note: string;

  constructor() {
    super();
    this.zone = null;
    this.stream = null;
    this.mounting = UPRIGHT;
    this.ratio = 16 / 9;
    this.note = '';
  }

  override render() {
    const { zone } = this;
    const fault = zone ? faultOf(zone) : '';
    return html`<div class="picture" style=${styleMap({ '--ratio': String(this.ratio) })}>
        <muster-live-view .mounting=${this.mounting} .stream=${this.stream}></muster-live-view>
        ${this.note ? html`<div class="note">${this.note}</div>` : nothing}
        ${zone ? this.#drawing(zone, fault !== '') : nothing}
      </div>
      ${fault ? html`<p class="fault small" role="alert">${fault}</p>` : nothing}
      <div class="row">
        ${
          zone
            ? html`<wa-button
                size="s"
                appearance="outlined"
                @click=${() => this.#set(null)}
                data-test="whole"
              >
                ${msg('Use the whole picture')}
              </wa-button>`
            : html`<wa-button
                size="s"
                appearance="outlined"
                @click=${() => this.#set(FIRST)}
                data-test="draw"
              >
                ${msg('Draw a zone')}
              </wa-button>`
        }
        <span class="small quiet">
          ${
            zone
              ? msg(
                  'Drag the corners, or move them with the arrow keys. The small dots add a corner; Delete removes one.',
                )
              : msg('Faces in the whole picture count.')
          }
        </span>
      </div>`;
  }

  #drawing(zone: Zone, faulty: boolean) {
    const line = zone.map(([x, y]) => `${x * 1000},${y * 1000}`).join(' L ');
    const room = zone.length < ZONE_CORNERS.most;
    return html`<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
        ${svg`<path class="outside" d="M 0 0 H 1000 V 1000 H 0 Z M ${line} Z"></path>
          <path class="edge" d="M ${line} Z" ?data-faulty=${faulty}></path>`}
      </svg>
      ${room ? zone.map((from, i) => this.#between(i, middle(from, zone[(i + 1) % zone.length]!))) : nothing}
      ${zone.map((point, i) => this.#corner(i, point))}`;
  }

  #corner(i: number, point: ZonePoint) {
    const [x, y] = point;
    const [left, top] = [number(Math.round(x * 100)), number(Math.round(y * 100))];
    return html`<button
      type="button"
      class="handle"
      style=${styleMap(placeOf(point))}
      aria-label=${msg(str`Corner ${number(i + 1)}: ${left} % from the left, ${top} % from the top`)}
      @pointerdown=${(event: PointerEvent) => this.#drag(event, i)}
      @keydown=${(event: KeyboardEvent) => this.#key(event, i)}
      data-test="corner"
    ></button>`;
  }

  #between(i: number, point: ZonePoint) {
    return html`<button
      type="button"
      class="handle between"
      style=${styleMap(placeOf(point))}
      aria-label=${msg(str`Add a corner after corner ${number(i + 1)}`)}
      @click=${() => this.#insert(i, point)}
      data-test="between"
    ></button>`;
  }

  #drag(event: PointerEvent, i: number) {
    if (event.button !== 0) return;
    const handle = event.currentTarget as HTMLElement;
    const picture = handle.closest('.picture')!.getBoundingClientRect();
    handle.setPointerCapture(event.pointerId);
    const move = (at: PointerEvent) =>
      this.#move(i, [
        (at.clientX - picture.left) / picture.width,
        (at.clientY - picture.top) / picture.height,
      ]);
    const end = () => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('lostpointercapture', end);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', end);
  }

  #key(event: KeyboardEvent, i: number) {
    const { zone } = this;
    if (!zone) return;
    const step = event.shiftKey ? STEP.coarse : STEP.fine;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[
      event.key
    ];
    const [x, y] = zone[i]!;
    if (by) this.#move(i, [x + by[0]!, y + by[1]!]);
    else if (REMOVES.test(event.key)) this.#remove(i);
    else return;
    event.preventDefault();
  }

  #move(i: number, [x, y]: ZonePoint) {
    if (this.zone) this.#set(this.zone.with(i, [fraction(x), fraction(y)]));
  }

  #insert(i: number, point: ZonePoint) {
    if (!this.zone) return;
    this.#set(this.zone.toSpliced(i + 1, 0, [fraction(point[0]), fraction(point[1])]));
    this.#focus(i + 1);
  }

  #remove(i: number) {
    if (!this.zone || this.zone.length <= ZONE_CORNERS.least) return;
    this.#set(this.zone.toSpliced(i, 1));
    this.#focus(Math.min(i, this.zone.length - 1));
  }

  #focus(i: number) {
    void this.updateComplete.then(() =>
      this.renderRoot.querySelectorAll<HTMLElement>('[data-test=corner]')[i]?.focus(),
    );
  }

  #set(zone: Zone | null) {
    this.zone = zone;
    this.dispatchEvent(new Event('change'));
  }
}

function placeOf([x, y]: ZonePoint) {
  return { left: `${x * 100}%`, top: `${y * 100}%` };
}

function middle([ax, ay]: ZonePoint, [bx, by]: ZonePoint): ZonePoint {
  return [(ax + bx) / 2, (ay + by) / 2];
}

/** Inside the picture, and no finer than a pixel. */
function fraction(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
}

function faultOf(zone: Zone): string {
  switch (zoneFault(zone)) {
    case null:
      return '';
    case 'crossed':
      return msg('The edges of the zone cross. Move a corner so that they do not.');
    default:
      return msg('The zone is too small. Move its corners apart.');
  }
}

customElements.define('muster-zone-editor', MusterZoneEditor);
