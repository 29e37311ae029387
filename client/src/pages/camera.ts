/**
 * Publish only: a phone or a spare laptop on a tripod.
 * Attributes for tests, on the host: `data-connection`, `data-analyzed` (frames analyzed in the last second).
 */
import { LitElement, html, nothing, type ReactiveController } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { Observation } from '#protocol/results.ts';
import { recall, remember } from '../app/memory.ts';
import { ObservableController } from '../app/observable-controller.ts';
import '../components/brand-mark.ts';
import { DeviceGate } from '../components/device-gate.ts';
import { FaceBoard } from '../components/live-view/face-board.ts';
import '../components/live-view/live-view.ts';
import '../components/pairing-form.ts';
import { ScreenOn } from '../components/screen-on.ts';
import { PROBLEM_WORDS, RESOLUTIONS } from '../session/camera-capture.ts';
import { DeviceCamera, type Connection } from '../session/device-camera.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './camera.styles.ts';

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

const WORDS: Record<Connection, { text: string; tone: string }> = {
  connecting: { text: 'Connecting…', tone: '' },
  live: { text: 'Publishing', tone: 'good' },
  reconnecting: { text: 'Reconnecting…', tone: 'warn' },
  'no-camera': { text: 'No picture', tone: 'bad' },
  stopped: { text: 'Stopped', tone: '' },
};

export class MusterCamera extends LitElement {
  static override properties = {
    choice: { state: true },
    running: { state: true },
    cameras: { state: true },
    analyzed: { state: true },
    faces: { state: true },
    size: { state: true },
    delay: { state: true },
  };
  static override styles = [shared, styles];
  declare choice: Choice;
  declare running: boolean;
  declare cameras: readonly MediaDeviceInfo[];
  /** Frames analyzed in the last whole second. */
  declare analyzed: number;
  declare faces: number;
  declare size: string;
  /** Milliseconds in the analyzer, of the last frame. */
  declare delay: number;
  readonly #board = new FaceBoard();
  readonly #device: DeviceCamera;
  readonly #gate: DeviceGate;
  readonly controllers: readonly ReactiveController[];
  #frames = 0;
  #second: ReturnType<typeof setInterval> | null = null;
  #leave: (() => void)[] = [];

  constructor() {
    super();
    this.choice = recall('camera', isChoice, { resolution: '720p', deviceId: '' });
    this.running = false;
    this.cameras = [];
    this.analyzed = 0;
    this.faces = 0;
    this.size = '';
    this.delay = 0;
    this.#device = new DeviceCamera({
      camera: this.#wanted(),
      onObservation: (observation) => this.#seen(observation),
      onAttendance: () => {},
    });
    this.#gate = new DeviceGate(this, () => this.#start());
    const { connection, name, end, capture } = this.#device;
    this.controllers = [
      new ScreenOn(this),
      new ObservableController(this, connection, name, end, capture.state, this.#board.board),
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
        if (why === 'revoked') this.#gate.turnAway('An owner has unpaired this device.');
        if (why === 'unauthenticated') this.#gate.turnAway('This device has to be paired again.');
      }),
      this.#device.capture.state.subscribe((state) => {
        if (state.state === 'live') this.#list().catch(() => {});
      }),
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
    this.#device.session.stop();
    this.#device.capture.stop();
    this.#device.socket.close();
    this.#board.clear();
  }

  /** Names of cameras are given only once one of them has been allowed. */
  async #list() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.cameras = devices.filter((d) => d.kind === 'videoinput' && d.deviceId !== '');
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
    const words = WORDS[this.#device.connection.value];
    const analyzing = this.running && this.analyzed > 0;
    return html`<div class="frame">
      <header>
        <muster-brand></muster-brand>
        <span class="name">${this.#device.name.value}</span>
        <span class="chip ${words.tone}" data-test="state" role="status">${words.text}</span>
      </header>
      <div class="picture">
        <muster-live-view
          asks
          .stream=${capture.state === 'live' ? capture.stream : null}
          .faces=${faces}
          .picture=${picture}
        ></muster-live-view>
        ${this.#trouble()}
      </div>
      <div class="panel card">
        <div class="analysis" ?data-on=${analyzing}>
          <span class="beat"></span>
          <strong
            >${analyzing ? 'Being analyzed' : this.running ? 'Not analyzed yet' : 'Not publishing'}</strong
          >
        </div>
        <dl>
          <div>
            <dt>Analyzed</dt>
            <dd class="number">${this.analyzed}<small>/s</small></dd>
          </div>
          <div>
            <dt>Faces</dt>
            <dd class="number">${analyzing ? this.faces : '–'}</dd>
          </div>
          <div>
            <dt>Picture</dt>
            <dd class="number">${this.size || '–'}</dd>
          </div>
          <div>
            <dt>Analysis</dt>
            <dd class="number">${analyzing ? this.delay : '–'}<small> ms</small></dd>
          </div>
        </dl>
        <div class="controls">
          <wa-select
            label="Camera"
            value=${this.choice.deviceId || 'default'}
            @change=${(e: Event) => {
              const { value } = e.target as HTMLInputElement;
              this.#choose({ deviceId: value === 'default' ? '' : value });
            }}
          >
            <wa-option value="default">Default camera</wa-option>
            ${this.cameras.map(
              (camera) => html`<wa-option value=${camera.deviceId}>${camera.label || 'Camera'}</wa-option>`,
            )}
          </wa-select>
          <wa-select
            label="Resolution"
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
                >Stop</wa-button
              >`
            : html`<wa-button size="l" variant="brand" @click=${() => this.#start()} data-test="start">
                ${this.#device.end.value === 'replaced' ? 'Use this page again' : 'Start'}
              </wa-button>`
        }
      </div>
    </div>`;
  }

  #trouble() {
    const capture = this.#device.capture.state.value;
    const { value: end } = this.#device.end;
    const { value: session } = this.#device.session.state;
    let words: { title: string; text: string } | null = null;
    if (capture.state === 'waiting') words = PROBLEM_WORDS[capture.problem];
    else if (end === 'replaced') {
      words = { title: 'This camera runs somewhere else', text: 'It was opened on another page or device.' };
    } else if (session.phase === 'stopped' && session.error) {
      words = { title: 'The camera has stopped', text: session.error.message };
    }
    if (!words) return nothing;
    return html`<div class="trouble" data-test="trouble">
      <wa-icon name="camera-off"></wa-icon>
      <h2>${words.title}</h2>
      <p>${words.text}</p>
    </div>`;
  }
}

customElements.define('muster-camera', MusterCamera);
