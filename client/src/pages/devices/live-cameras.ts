/** Every camera with its live figures, once a second. */
import { LitElement, html, css, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { CameraState } from '#protocol/signaling.ts';
import { serverSocket } from '../../session/server-socket.ts';
import { shared } from '../../styles/shared.ts';

const STATUS = {
  live: { words: 'Live', tone: 'good' },
  waiting: { words: 'Waiting', tone: 'warn' },
  offline: { words: 'Offline', tone: '' },
} as const;

const PURPOSE = { station: 'Station', camera: 'Camera', enrollment: 'Enrollment' } as const;

export class MusterLiveCameras extends LitElement {
  static override properties = { cameras: { state: true } };
  static override styles = [
    shared,
    css`
      .heading {
        display: flex;
        align-items: center;
        gap: 0.75rem;
      }
      td.number,
      th.number {
        min-width: 5.5rem;
      }
      strong {
        font-weight: 620;
      }
      td:first-child {
        min-width: 9rem;
      }
      /* What is left tells whether it works. */
      @media (max-width: 60rem) {
        .detail {
          display: none;
        }
      }
      @media (max-width: 45rem) {
        .wide {
          display: none;
        }
        th,
        td {
          padding-inline: 0.6rem;
        }
        td.number,
        th.number {
          min-width: 0;
        }
        td:first-child {
          min-width: 0;
        }
      }
    `,
  ];
  declare cameras: readonly CameraState[] | null;
  readonly #socket = serverSocket('account');
  #leave: (() => void)[] = [];

  constructor() {
    super();
    this.cameras = null;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#leave = [
      this.#socket.state.subscribe((state) => {
        if (state.state === 'open') this.#subscribe();
        else if (state.state === 'connecting' && state.before) this.cameras = null;
      }),
      this.#socket.onNotification((notification) => {
        if (notification.notify === 'cameras') this.cameras = notification.data.cameras;
      }),
    ];
    this.#socket.open();
  }

  override disconnectedCallback() {
    for (const leave of this.#leave) leave();
    this.#socket.close();
    super.disconnectedCallback();
  }

  #subscribe() {
    this.#socket
      .request('cameras.subscribe', {})
      .then(({ cameras }) => {
        this.cameras = cameras;
      })
      .catch(() => {
        // Without an answer the connection is on its way down, and the next one asks again.
      });
  }

  override render() {
    const { cameras } = this;
    const live = cameras?.filter((c) => c.status === 'live').length ?? 0;
    return html`<section class="stack">
      <div class="heading">
        <h2>Cameras now</h2>
        ${cameras ? html`<span class="chip ${live ? 'good' : ''}">${live} live</span>` : nothing}
      </div>
      <div class="card flush">
        ${
          cameras && cameras.length > 0
            ? this.#table(cameras)
            : html`<div class="empty">
                <wa-icon name="video"></wa-icon>
                <p class="quiet">
                  ${cameras ? 'No camera is connected at the moment.' : 'Asking the server…'}
                </p>
              </div>`
        }
      </div>
    </section>`;
  }

  #table(cameras: readonly CameraState[]) {
    return html`<div class="table">
      <table data-test="cameras">
        <thead>
          <tr>
            <th>Camera</th>
            <th>State</th>
            <th class="number wide">Picture</th>
            <th class="number wide">In</th>
            <th class="number">Analyzed</th>
            <th class="number detail">Bitrate</th>
            <th class="number detail">Round trip</th>
            <th class="number detail">Loss</th>
            <th class="number">Faces</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            cameras,
            (camera) => camera.id,
            (camera) => this.#row(camera),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #row(c: CameraState) {
    const { words, tone } = STATUS[c.status];
    const figure = (value: number | undefined, write: (v: number) => string) =>
      value === undefined || c.status === 'offline' ? html`<span class="quiet">–</span>` : write(value);
    return html`<tr data-test="camera" data-camera=${c.id} data-status=${c.status}>
      <td>
        <strong>${c.name}</strong>
        <div class="small quiet">${PURPOSE[c.purpose]}</div>
      </td>
      <td><span class="chip ${tone}">${words}</span></td>
      <td class="number wide">
        ${c.height === undefined ? figure(undefined, String) : `${c.width} × ${c.height}`}
      </td>
      <td class="number wide">${figure(c.fpsIn, (v) => `${v.toFixed(0)} fps`)}</td>
      <td class="number">${figure(c.fpsAnalyzed, (v) => `${v.toFixed(1)} fps`)}</td>
      <td class="number detail">${figure(c.bitrate, rate)}</td>
      <td class="number detail">${figure(c.roundTrip, (v) => `${v.toFixed(0)} ms`)}</td>
      <td class="number detail">${figure(c.loss, (v) => `${(v * 100).toFixed(1)} %`)}</td>
      <td class="number">${figure(c.faces, String)}</td>
    </tr>`;
  }
}

/** @param kilobits A second. */
function rate(kilobits: number): string {
  return kilobits >= 1000 ? `${(kilobits / 1000).toFixed(1)} Mbit/s` : `${kilobits.toFixed(0)} kbit/s`;
}

customElements.define('muster-live-cameras', MusterLiveCameras);
