/**
 * The live wall: every connected camera with its picture and what is recognized in it. One of them can fill the screen: its
 * id stands in the address.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { styleMap } from 'lit/directives/style-map.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { CameraState } from '#protocol/signaling.ts';
import { currentUrl, navigate, withQuery } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { FaceBoard } from '../../components/live-view/face-board.ts';
import { emptyState } from '../../components/list-page/list-card.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { list, number } from '../../locales/intl.ts';
import { CameraFeed } from '../../session/camera-feed.ts';
import { CameraViews } from '../../session/camera-views.ts';
import { shared } from '../../styles/shared.ts';
import './camera-tile.ts';
import { type Area, columnsFor, tileWidth } from './columns.ts';
import { ratioOf } from '../../components/picture-ratio.ts';

export class MusterWall extends MusterElement {
  static override properties = { area: { state: true } };
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        height: 100dvh;
        background: var(--m-surface-page, var(--m-surface));
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        padding: 0.6rem clamp(0.75rem, 2vw, 1.5rem);
      }
      h1 {
        margin: 0;
        font-size: 1.25rem;
      }
      .note {
        margin: 0 0 0 auto;
        text-align: end;
      }
      main {
        overflow: auto;
        padding: 0.25rem clamp(0.75rem, 2vw, 1.5rem) 1rem;
      }
      .grid {
        display: grid;
        grid-template-columns: repeat(var(--columns), minmax(0, var(--tile)));
        justify-content: center;
        gap: 12px;
      }
      .grid[data-large] {
        display: block;
        height: 100%;
      }
      .grid[data-large] muster-camera-tile:not([large]) {
        display: none;
      }
      .away {
        margin: 1rem 0 0;
      }
      @media (max-width: 45rem) {
        .note {
          display: none;
        }
      }
    `,
  ];
  /** Of the grid, CSS pixels. */
  declare area: Area;
  readonly #feed = new CameraFeed();
  readonly #boards = new Map<string, FaceBoard>();
  #views: CameraViews | null = null;
  #observer: ResizeObserver | null = null;
  /** Whether this page has put the enlarged camera into the history. */
  #pushed = false;
  readonly controllers = [new ObservableController(this, this.#feed.cameras, currentUrl)];

  constructor() {
    super();
    this.area = { width: 0, height: 0 };
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#views = new CameraViews({
      socket: this.#feed.socket,
      onObservation: (observation) => this.#boards.get(observation.camera)?.show(observation),
    });
    this.#feed.open();
    this.#observer = new ResizeObserver(([entry]) => {
      if (entry) this.area = { width: entry.contentRect.width, height: entry.contentRect.height };
    });
    addEventListener('keydown', this.#key);
    document.addEventListener('fullscreenchange', this.#screen);
  }

  override disconnectedCallback() {
    removeEventListener('keydown', this.#key);
    document.removeEventListener('fullscreenchange', this.#screen);
    this.#observer?.disconnect();
    this.#views?.close();
    this.#feed.close();
    for (const board of this.#boards.values()) board.clear();
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    super.disconnectedCallback();
  }

  protected override firstUpdated() {
    const main = this.renderRoot.querySelector('main');
    if (main) this.#observer?.observe(main);
  }

  /** The camera that fills the screen, if it is connected. */
  get #large(): string | null {
    return new URLSearchParams(location.search).get('camera');
  }

  get #connected(): CameraState[] {
    return (this.#feed.cameras.value ?? [])
      .filter(({ status, purpose }) => status !== 'offline' && purpose !== 'enrollment')
      .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
  }

  override render() {
    const cameras = this.#feed.cameras.value;
    const connected = this.#connected;
    return html`<div class="bar">
        <wa-button appearance="plain" href="/devices" data-test="back">
          <wa-icon name="arrow-left" label=${msg('Devices')}></wa-icon>
        </wa-button>
        <h1>${msg('Live wall')}</h1>
        ${cameras ? html`<span class="chip">${msg(str`${number(connected.length)} connected`)}</span>` : nothing}
        <p class="note small quiet">${msg('The audit trail records who watches which camera.')}</p>
      </div>
      <main>${cameras === null ? this.#empty(msg('Loading …')) : this.#wall(cameras, connected)}</main>`;
  }

  #wall(cameras: readonly CameraState[], connected: CameraState[]) {
    const away = cameras.filter(({ status }) => status === 'offline').map(({ name }) => name);
    const large = connected.find(({ id }) => id === this.#large) ?? null;
    const ratio =
      connected.length > 0 ? Math.min(...connected.map(ratioOf).map((one) => Math.max(1, one))) : 1;
    const area = { width: this.area.width, height: this.area.height - (away.length > 0 ? 40 : 0) };
    const columns = columnsFor(connected.length, area, ratio);
    return html`${
      connected.length === 0
        ? this.#empty(msg('No camera is connected at the moment.'))
        : html`<div
            class="grid"
            ?data-large=${large !== null}
            style=${styleMap({
              '--columns': String(columns),
              '--tile-ratio': String(ratio),
              '--tile': `${tileWidth(connected.length, columns, area, ratio)}px`,
            })}
          >
            ${repeat(
              connected,
              ({ id }) => id,
              (camera) =>
                html`<muster-camera-tile
                  .camera=${camera}
                  .views=${this.#views!}
                  .board=${this.#boardOf(camera.id)}
                  ?large=${camera.id === large?.id}
                  @enlarge=${() => this.#toggle(camera.id)}
                  data-test="tile"
                ></muster-camera-tile>`,
            )}
          </div>`
    }
    ${
      away.length > 0 && !large
        ? html`<p class="away small quiet" data-test="away">${msg(str`Offline: ${list(away)}`)}</p>`
        : nothing
    }`;
  }

  #empty(text: string) {
    return emptyState({ icon: 'video', text });
  }

  #boardOf(cameraId: string): FaceBoard {
    let board = this.#boards.get(cameraId);
    if (!board) this.#boards.set(cameraId, (board = new FaceBoard()));
    return board;
  }

  #toggle(cameraId: string) {
    if (this.#large === null) this.#enlarge(cameraId);
    else this.#shrink();
  }

  #enlarge(cameraId: string) {
    const url = location.pathname + location.search;
    navigate(withQuery(url, { camera: cameraId }));
    this.#pushed = true;
    // Where the browser refuses, the picture fills the page.
    document.documentElement.requestFullscreen?.().catch(() => {});
  }

  #shrink() {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    if (this.#large === null) return;
    if (this.#pushed) history.back();
    else navigate(withQuery(location.pathname + location.search, { camera: '' }), { replace: true });
    this.#pushed = false;
  }

  /** Escape leaves the whole screen before any page hears of it. */
  readonly #screen = () => {
    if (!document.fullscreenElement) this.#shrink();
  };

  readonly #key = (event: KeyboardEvent) => {
    const large = this.#large;
    if (large === null) return;
    if (event.key === 'Escape') this.#shrink();
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const cameras = this.#connected;
    const at = cameras.findIndex(({ id }) => id === large);
    if (step === 0 || at < 0) return;
    const next = cameras[(at + step + cameras.length) % cameras.length]!;
    navigate(withQuery(location.pathname + location.search, { camera: next.id }), { replace: true });
  };
}

customElements.define('muster-wall', MusterWall);
