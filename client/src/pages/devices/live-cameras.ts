/** Every camera with its live figures, updated once a second. */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { CameraState } from '#protocol/signaling.ts';
import { allowed } from '../../app/session.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { cameraStatus } from '../../components/camera-status.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState } from '../../components/list-page/list-card.ts';
import { tableStyles } from '../../components/list-page/table.styles.ts';
import { errorText } from '../../components/error-text.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { number } from '../../locales/intl.ts';
import { CameraFeed } from '../../session/camera-feed.ts';
import { ClientError } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';

export class MusterLiveCameras extends MusterElement {
  static override styles = [
    shared,
    tableStyles,
    css`
      .heading {
        display: flex;
        align-items: center;
        gap: 0.75rem;
      }
      .heading wa-button {
        margin-left: auto;
      }
      td.number,
      th.number {
        min-width: 5.5rem;
      }
      @media (max-width: 45rem) {
        td.number,
        th.number {
          min-width: 0;
        }
      }
    `,
  ];
  readonly #feed = new CameraFeed();
  readonly controllers = [new ObservableController(this, this.#feed.cameras)];

  override connectedCallback() {
    super.connectedCallback();
    this.#feed.open();
  }

  override disconnectedCallback() {
    this.#feed.close();
    super.disconnectedCallback();
  }

  override render() {
    const cameras = this.#feed.cameras.value;
    const live = cameras?.filter(({ status }) => status === 'live').length ?? 0;
    return html`<section class="stack">
      <div class="heading">
        <h2>${msg('Live cameras')}</h2>
        ${
          cameras
            ? html`<span class="chip ${live > 0 ? 'good' : ''}">${msg(str`${number(live)} live`)}</span>`
            : ''
        }
        ${
          allowed('cameras:view')
            ? html`<wa-button href="/devices/wall" size="s" appearance="outlined" data-test="wall">
                <wa-icon slot="start" name="grid"></wa-icon>${msg('Live wall')}
              </wa-button>`
            : nothing
        }
      </div>
      <div class="card flush">
        ${
          cameras && cameras.length > 0
            ? dataTable({
                test: 'cameras',
                columns: columns(),
                items: cameras,
                key: ({ id }) => id,
                row: ({ id, status }, cells) =>
                  html`<tr data-test="camera" data-camera=${id} data-status=${status}>
                    ${cells}
                  </tr>`,
              })
            : emptyState({
                icon: 'video',
                text: cameras ? msg('No camera is connected at the moment.') : msg('Loading …'),
              })
        }
      </div>
    </section>`;
  }
}

function columns(): Column<CameraState>[] {
  return [
    { label: msg('Camera'), cell: name },
    { label: msg('State'), cell: cameraStatus },
    {
      label: msg('Resolution'),
      numeric: true,
      kind: 'wide',
      cell: (camera) => figure(camera, camera.height, (height) => `${camera.width} × ${height}`),
    },
    {
      label: msg('Received'),
      numeric: true,
      kind: 'wide',
      cell: (camera) => figure(camera, camera.fpsIn, (fps) => perSecond(fps, 0)),
    },
    {
      label: msg('Analyzed'),
      numeric: true,
      cell: (camera) => figure(camera, camera.fpsAnalyzed, (fps) => perSecond(fps, 1)),
    },
    {
      label: msg('Bitrate'),
      numeric: true,
      kind: 'wider',
      cell: (camera) => figure(camera, camera.bitrate, bitrate),
    },
    {
      label: msg('Round trip'),
      numeric: true,
      kind: 'wider',
      cell: (camera) => figure(camera, camera.roundTrip, (ms) => `${decimal(ms, 0)} ms`),
    },
    {
      label: msg('Packet loss'),
      numeric: true,
      kind: 'wider',
      cell: (camera) => figure(camera, camera.loss, (loss) => `${decimal(loss * 100, 1)} %`),
    },
    {
      label: msg('Faces'),
      numeric: true,
      kind: 'wide',
      cell: (camera) => figure(camera, camera.faces, number),
    },
  ];
}

function name({ name: title, purpose, problem }: CameraState) {
  return html`<div class="name">
    <div>
      <strong>${title}</strong>
      <div class="small quiet">${purposeText(purpose)}</div>
      ${problem ? html`<div class="small" data-test="problem">${errorText(new ClientError(problem))}</div>` : nothing}
    </div>
  </div>`;
}

function purposeText(purpose: CameraState['purpose']): string {
  const texts: Record<CameraState['purpose'], string> = {
    station: msg('Station'),
    camera: msg('Camera'),
    enrollment: msg('Enrollment'),
  };
  return texts[purpose];
}

/** A camera that is offline keeps its last figures: they say nothing any more. */
function figure({ status: state }: CameraState, value: number | undefined, write: (value: number) => string) {
  return value === undefined || state === 'offline' ? html`<span class="quiet">–</span>` : write(value);
}

function decimal(value: number, digits: number): string {
  return number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function perSecond(frames: number, digits: number): string {
  return msg(str`${decimal(frames, digits)} fps`);
}

/** @param kilobits per second */
function bitrate(kilobits: number): string {
  return kilobits >= 1000 ? `${decimal(kilobits / 1000, 1)} Mbit/s` : `${decimal(kilobits, 0)} kbit/s`;
}

customElements.define('muster-live-cameras', MusterLiveCameras);
