/**
 * A device that only publishes its camera: a phone or a spare laptop on a tripod.
 * Attributes for tests, on the host: `data-connection`, `data-analyzed` (frames analyzed in the last second).
 */
import { msg } from '@lit/localize';
import { html, nothing, type ReactiveController } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { UPRIGHT } from '#protocol/devices.ts';
import type { Observation } from '#protocol/results.ts';
import { recall, remember } from '../app/memory.ts';
import { ObservableController } from '../app/observable-controller.ts';
import '../components/brand-mark.ts';
import { CameraList } from '../components/camera-list.ts';
import { DeviceGate } from '../components/device-gate.ts';
import { FaceBoard } from '../components/live-view/face-board.ts';
import '../components/live-view/live-view.ts';
import '../components/pairing-form.ts';
import { ScreenOn } from '../components/screen-on.ts';
import { RESOLUTIONS } from '../session/camera-capture.ts';
import { DeviceCamera, type Connection } from '../session/device-camera.ts';
import { MusterElement } from '../components/muster-element.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './camera.styles.ts';
import { cameraProblem, type ProblemText } from '../components/camera-problem.ts';
import { followDeviceLanguage } from '../components/device-language.ts';
import { hoursNotice } from '../components/hours-notice.ts';
import { errorText } from '../components/error-text.ts';
import { reloadButton } from '../components/reload-button.ts';

type Resolution = keyof typeof RESOLUTIONS;

interface Choice {
  resolution: Resolution;
  deviceId: string;
}

const isChoice = (v: unknown): v is Choice =>
  typeof v === 'object' &&
  v !== null &&
  'resolution' in v &&
  'deviceId' in v &&
  typeof v.deviceId === 'string' &&
  String(v.resolution) in RESOLUTIONS;

const CONNECTIONS: Record<Connection, { text: () => string; tone: string }> = {
  connecting: { text: () => msg('Connecting …'), tone: '' },
  live: { text: () => msg('Live'), tone: 'good' },
  reconnecting: { text: () => msg('Reconnecting …'), tone: 'warn' },
  'no-camera': { text: () => msg('No picture'), tone: 'bad' },
  stopped: { text: () => msg('Stopped'), tone: '' },
};

export class MusterCamera extends MusterElement {
  static override properties = {
    choice: { state: true },
    running: { state: true },
    analyzed: { state: true },
    faces: { state: true },
    size: { state: true },
    delay: { state: true },
  };
  static override styles = [shared, styles];
  declare choice: Choice;
  declare running: boolean;
  /** Frames analyzed in the last whole second. */
  declare analyzed: number;
  declare faces: number;
  declare size: string;
  /** Milliseconds that the last frame spent in the analyzer. */
  declare delay: number;
  readonly #board = new FaceBoard();
  readonly #device: DeviceCamera;
  readonly #gate: DeviceGate;
  readonly #cameras: CameraList;
  readonly controllers: readonly ReactiveController[];
  #frames = 0;
  #second: ReturnType<typeof setInterval> | null = null;
  #leave: (() => void)[] = [];

  constructor() {
    super();
    this.choice = recall('camera', isChoice, { resolution: '720p', deviceId: '' });
    this.running = false;
    this.analyzed = 0;
    this.faces = 0;
    this.size = '';
    this.delay = 0;
    this.#device = new DeviceCamera({
      camera: this.#wanted(),
      onObservation: (observation) => this.#seen(observation),
      onAttendance: () => {},
    });
    this.#cameras = new CameraList(this, () => this.#device.capture);
    this.#gate = new DeviceGate(this, () => this.#start());
    const { connection, name, settings, hours, end, capture } = this.#device;
    this.controllers = [
      new ScreenOn(this),
      new ObservableController(
        this,
        connection,
        name,
        settings,
        hours,
        end,
        capture.state,
        this.#board.board,
      ),
    ];
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#second = setInterval(() => {
      this.analyzed = this.#frames;
      this.#frames = 0;
    }, 1000);
    this.#leave = [
      this.#device.end.subscribe((why) => {
        if (why) this.running = false;
        if (why === 'revoked' || why === 'unauthenticated') this.#gate.turnAway(why);
      }),
      followDeviceLanguage(this.#device.settings),
    ];
  }

  override disconnectedCallback() {
    if (this.#second) clearInterval(this.#second);
    for (const leave of this.#leave) leave();
    this.#device.close();
    this.#board.clear();
    super.disconnectedCallback();
  }

  #wanted() {
    const { resolution, deviceId } = this.choice;
    return { ...RESOLUTIONS[resolution], frameRate: 30, ...(deviceId && { deviceId }) };
  }

  #seen(observation: Observation) {
    this.#frames += 1;
    this.faces = observation.faces.length;
    this.size = `${observation.width} × ${observation.height}`;
    this.delay = Math.round(observation.timings.total + observation.timings.wait);
    this.#board.show(observation);
  }

  #start() {
    this.running = true;
    this.#device.start();
  }

  #stop() {
    this.running = false;
    this.#device.publisher.stop();
    this.#device.capture.stop();
    this.#device.socket.close();
    this.#board.clear();
  }

  #choose(change: Partial<Choice>) {
    this.choice = { ...this.choice, ...change };
    remember('camera', this.choice);
    this.#device.capture.choose(this.#wanted());
  }

  override willUpdate() {
    this.dataset['connection'] = this.#device.connection.value;
    this.dataset['analyzed'] = String(this.analyzed);
  }

  override render() {
    if (this.#gate.state === 'pair') {
      return html`<muster-pairing
        .note=${this.#gate.note}
        @paired=${() => this.#gate.enter()}
      ></muster-pairing>`;
    }
    const { faces, picture } = this.#board.board.value;
    const capture = this.#device.capture.state.value;
    const connection = CONNECTIONS[this.#device.connection.value];
    const analyzing = this.running && this.analyzed > 0;
    return html`<div class="frame">
      <header>
        <muster-brand></muster-brand>
        <h1 class="name">${this.#device.name.value}</h1>
        <span class="chip ${connection.tone}" data-test="state" role="status">${connection.text()}</span>
      </header>
      <div class="picture">
        <muster-live-view
          asks
          .mounting=${this.#device.settings.value?.mounting ?? UPRIGHT}
          .stream=${capture.state === 'live' ? capture.stream : null}
          .faces=${faces}
          .picture=${picture}
        ></muster-live-view>
        ${this.#trouble()}
      </div>
      <div class="panel card">
        <div class="analysis" ?data-on=${analyzing}>
          <span class="beat"></span>
          <strong>${this.#analysis()}</strong>
        </div>
        <dl>
          <div>
            <dt>${msg('Analyzed')}</dt>
            <dd class="number">${this.analyzed}<small>/s</small></dd>
          </div>
          <div>
            <dt>${msg('Faces')}</dt>
            <dd class="number">${analyzing ? this.faces : '–'}</dd>
          </div>
          <div>
            <dt>${msg('Picture')}</dt>
            <dd class="number">${this.size || '–'}</dd>
          </div>
          <div>
            <dt>${msg('Delay')}</dt>
            <dd class="number">${analyzing ? this.delay : '–'}<small> ms</small></dd>
          </div>
        </dl>
        <div class="controls">
          <wa-select
            label=${msg('Camera')}
            value=${this.choice.deviceId || 'default'}
            @change=${(e: Event) => {
              const { value } = e.target as HTMLInputElement;
              this.#choose({ deviceId: value === 'default' ? '' : value });
            }}
          >
            <wa-option value="default">${msg('Default camera')}</wa-option>
            ${this.#cameras.cameras.map(
              (camera) =>
                html`<wa-option value=${camera.deviceId}>${camera.label || msg('Camera')}</wa-option>`,
            )}
          </wa-select>
          <wa-select
            label=${msg('Resolution')}
            value=${this.choice.resolution}
            @change=${(e: Event) =>
              this.#choose({ resolution: (e.target as HTMLInputElement).value as Resolution })}
          >
            ${Object.entries(RESOLUTIONS).map(
              ([name, { width, height }]) =>
                html`<wa-option value=${name}>${name} · ${width} × ${height}</wa-option>`,
            )}
          </wa-select>
        </div>
        ${
          this.running
            ? html`<wa-button size="l" appearance="outlined" @click=${() => this.#stop()} data-test="stop"
                >${msg('Stop')}</wa-button
              >`
            : html`<wa-button size="l" variant="brand" @click=${() => this.#start()} data-test="start">
                ${this.#device.end.value === 'replaced' ? msg('Use this page again') : msg('Start')}
              </wa-button>`
        }
      </div>
    </div>`;
  }

  #analysis(): string {
    if (!this.running) return msg('Not sending');
    const { hours, site, clockOffset } = this.#device;
    const timeZone = site.value?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    const off = hoursNotice(hours.value, timeZone, clockOffset);
    if (off) return off;
    return this.analyzed > 0 ? msg('Being analyzed') : msg('Not analyzed yet');
  }

  #trouble() {
    const capture = this.#device.capture.state.value;
    const { value: end } = this.#device.end;
    const { value: publisher } = this.#device.publisher.state;
    let problem: ProblemText | null = null;
    if (capture.state === 'waiting') problem = cameraProblem(capture.problem);
    else if (end === 'replaced') {
      problem = {
        title: msg('This camera is running elsewhere'),
        text: msg('It was opened on another page or device.'),
      };
    } else if (publisher.phase === 'stopped' && publisher.error) {
      problem = { title: msg('The camera has stopped'), text: errorText(publisher.error) };
    }
    if (!problem) return nothing;
    return html`<div class="trouble" data-test="trouble">
      <wa-icon name="camera-off"></wa-icon>
      <h2>${problem.title}</h2>
      <p>${problem.text}</p>
      ${capture.state === 'waiting' && capture.problem === 'page-fault' ? reloadButton() : nothing}
    </div>`;
  }
}

customElements.define('muster-camera', MusterCamera);
