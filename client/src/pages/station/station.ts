/**
 * The check-in station: one camera and its results, on a screen that stays on for weeks.
 *
 * Attributes for tests, on the host: `data-connection` (connecting, live, reconnecting, no-camera, stopped),
 * `data-camera` (camera id while live), `data-result` (of the newest card, while one is shown).
 */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import { MusterElement } from '../../components/muster-element.ts';
import { keyed } from 'lit/directives/keyed.js';
import { styleMap } from 'lit/directives/style-map.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { UPRIGHT } from '#protocol/devices.ts';
import type { AttendanceEvent } from '#protocol/results.ts';
import { recall, remember } from '../../app/memory.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { chosenCamera } from '../../components/camera-choice.ts';
import { DeviceGate } from '../../components/device-gate.ts';
import { IdleCursor } from '../../components/idle-cursor.ts';
import { FaceBoard } from '../../components/live-view/face-board.ts';
import '../../components/live-view/live-view.ts';
import '../../components/pairing-form.ts';
import { ScreenOn } from '../../components/screen-on.ts';
import { Slots } from '../../components/slots.ts';
import '../../components/wall-clock.ts';
import { RESOLUTIONS } from '../../session/camera-capture.ts';
import { DeviceCamera } from '../../session/device-camera.ts';
import { usesOwnCamera } from '../../session/own-camera.ts';
import './ask-card.ts';
import { askOf } from './ask-of.ts';
import './challenge-card.ts';
import { challengeOf } from './challenge-of.ts';
import { Chime } from './chime.ts';
import { isLate } from './is-late.ts';
import { outcome } from './outcome.ts';
import './note-card.ts';
import './number-panel.ts';
import './pass-panel.ts';
import { recentList } from './recent-list.ts';
import './result-card.ts';
import './station-buttons.ts';
import type { Say } from './result-card.ts';
import { ResultQueue } from './result-queue.ts';
import { becomeApp } from './station-app.ts';
import { stationTrouble } from './station-trouble.ts';
import { styles } from './station.styles.ts';
import { WhileAway } from './while-away.ts';
import { hoursNotice } from '../../components/hours-notice.ts';
import { followDeviceLanguage } from '../../components/device-language.ts';
import { reportUnexpected } from '../../session/client-error.ts';

/** The most past events kept, whatever the setting. */
const MOST_RECENT = 12;

const isBoolean = (v: unknown): v is boolean => typeof v === 'boolean';

export class MusterStation extends MusterElement {
  static override properties = {
    muted: { state: true },
    recent: { state: true },
    passOpen: { state: true },
    asking: { state: true },
  };
  static override styles = styles;
  declare muted: boolean;
  declare recent: readonly AttendanceEvent[];
  /** Whether the panel for PIN and badge is open. */
  declare passOpen: boolean;
  /** The question that somebody is just answering with a number. */
  declare asking: string | null;
  readonly #away = new WhileAway(this);
  #update = () => {};
  readonly #board = new FaceBoard();
  readonly #results = new ResultQueue();
  readonly #places = new Slots<AttendanceEvent, string>((event) => event.id);
  readonly #chime = new Chime();
  readonly #device = new DeviceCamera({
    camera: { ...RESOLUTIONS['720p'], frameRate: 30, ...chosenCamera('station-camera') },
    ownCamera: recall('own-camera', isBoolean, true),
    onObservation: (observation) => {
      this.#board.show(observation);
      this.#away.see(observation);
    },
    onAttendance: (event) => this.#happened(event),
    socket: this.#away.socketOptions,
  });
  readonly #gate = new DeviceGate(
    this,
    () => this.#device.start(),
    () => this.#recall(),
  );
  readonly controllers = [
    new IdleCursor(this),
    new ScreenOn(this),
    new ObservableController(
      this,
      this.#device.connection,
      this.#device.settings,
      this.#device.site,
      this.#device.hours,
      this.#device.name,
      this.#device.end,
      this.#device.capture.state,
      this.#device.publisher.state,
      this.#device.socket.state,
      this.#device.socket.silent,
      this.#board.board,
      this.#results.shown,
      ...this.#away.shown,
    ),
  ];
  #leave: (() => void)[] = [];

  constructor() {
    super();
    this.muted = recall('muted', isBoolean, false);
    this.recent = [];
    this.passOpen = false;
    this.asking = null;
  }

  override connectedCallback() {
    super.connectedCallback();
    becomeApp(() => !this.passOpen && this.asking === null && this.#results.shown.value.length === 0)
      .then(({ update }) => (this.#update = update))
      .catch(reportUnexpected);
    this.#leave = [
      followDeviceLanguage(this.#device.settings),
      this.#device.settings.subscribe((settings) => {
        if (!settings) return;
        const own = usesOwnCamera(settings);
        remember('own-camera', own);
        if (!own) this.#board.clear();
      }),
      this.#device.socket.state.subscribe((state) => {
        if (state.state === 'open') this.#update();
        // A number alone says nothing later: without the server nothing is asked.
        else this.asking = null;
        this.#away.follow(state, this.#device.socket);
      }),
      this.#device.end.subscribe((why) => {
        if (why === 'revoked' || why === 'unauthenticated') this.#gate.turnAway(why);
      }),
    ];
  }

  override disconnectedCallback() {
    for (const leave of this.#leave) leave();
    this.#device.close();
    this.#board.clear();
    this.#results.clear();
    this.#chime.close().catch(() => {});
    super.disconnectedCallback();
  }

  /** Begins without the server where this browser was a station when it last reached it. */
  async #recall(): Promise<boolean> {
    const door = await this.#away.recall();
    if (door) this.#device.recall(door);
    return door !== null;
  }

  #happened(event: AttendanceEvent, { asked = false } = {}) {
    this.#away.answer(event);
    if (!asked && isLate(event, Date.now() + this.#device.clockOffset)) {
      this.#results.update(event);
      this.recent = this.recent.map((one) => (one.id === event.id ? event : one));
      return;
    }
    if (this.#results.add(event, { asked })) this.#note(event);
  }

  /** What the person said about the punch that is on the screen, by a tap. */
  readonly #say: Say = async (event, says) => {
    if (!event.punch) return;
    this.#results.keep(event.id);
    const explained = await this.#device.socket.request('punch.state', { punchId: event.punch.id, says });
    this.#results.replace(explained);
    this.#note(explained);
  };

  /** In the list of past events, and audible. */
  #note(event: AttendanceEvent) {
    const { kind } = outcome(event);
    if (kind === 'none') return;
    const sound = kind === 'saved' ? 'seen' : kind === 'unsaved' ? 'already' : kind;
    // Only recorded punches, and the newest of each person: a person who stays at the door must not fill the list.
    if (sound !== 'already') {
      const others = this.recent.filter(({ person }) => person.id !== event.person.id);
      this.recent = [event, ...others].slice(0, MOST_RECENT);
    }
    if (!this.muted && this.#device.settings.value?.sound !== false) this.#chime.play(sound);
  }

  override willUpdate() {
    const shown = this.#results.shown.value.at(-1);
    const publisher = this.#device.publisher.state.value;
    this.dataset['connection'] = this.#device.connection.value;
    if (publisher.phase === 'live' && publisher.cameraId !== '') {
      this.dataset['camera'] = publisher.cameraId;
    } else delete this.dataset['camera'];
    if (shown) this.dataset['result'] = shown.result;
    else delete this.dataset['result'];
  }

  override render() {
    if (this.#gate.state === 'pair') {
      return html`<muster-pairing
        .note=${[this.#gate.note, this.#away.left].filter(Boolean).join(' ')}
        @paired=${() => this.#gate.enter()}
      ></muster-pairing>`;
    }
    const { faces, picture } = this.#board.board.value;
    const capture = this.#device.capture.state.value;
    const settings = this.#device.settings.value;
    const trouble = stationTrouble(this.#device);
    return html`
      <h1 class="spoken">${this.#device.name.value || msg('Check in')}</h1>
      <muster-live-view
        mirrored
        .mounting=${settings?.mounting ?? UPRIGHT}
        .stream=${capture.state === 'live' ? capture.stream : null}
        .faces=${faces}
        .picture=${picture}
        ><div class="shade"></div
      ></muster-live-view>
      ${trouble}
      <div class="top">
        <muster-clock
          .timeZone=${this.#device.site.value?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone}
          .offset=${this.#device.clockOffset}
        ></muster-clock>
        <div class="side">
          ${this.#state()}
          <muster-station-buttons
            .capture=${this.#device.capture}
            ?muted=${this.muted}
            @mute=${this.#mute}
          ></muster-station-buttons>
        </div>
      </div>
      ${this.#away.notice(this.#device.socket)}
      ${
        trouble === nothing
          ? html`<div class="bottom">
              ${this.#cards()}${recentList(this.recent.slice(0, settings?.recentEvents ?? 0), settings?.times !== false)}
            </div>`
          : nothing
      }
      ${this.asking === null ? this.#pass() : this.#number(this.asking)}
    `;
  }

  /** Independent of the camera: people without an enrolled face must be able to check in. */
  #pass() {
    const connected = this.#device.socket.state.value.state === 'open';
    if (this.#device.end.value || (!connected && !this.#away.outbox.able.value)) return nothing;
    const capture = this.#device.capture.state.value;
    return this.passOpen
      ? html`<muster-pass-panel
          .socket=${this.#device.socket}
          .outbox=${this.#away.outbox}
          .mounting=${this.#device.settings.value?.mounting ?? UPRIGHT}
          .stream=${capture.state === 'live' ? capture.stream : null}
          @punched=${this.#punched}
          @kept=${this.#kept}
          @left=${() => (this.passOpen = false)}
        ></muster-pass-panel>`
      : html`<button class="pass" type="button" @click=${() => (this.passOpen = true)} data-test="pass">
          <wa-icon name="keypad"></wa-icon>${msg('Not recognized? Use your number')}
        </button>`;
  }

  #number(ask: string) {
    return html`<muster-number-panel
      .socket=${this.#device.socket}
      .ask=${ask}
      @punched=${this.#punched}
      @left=${() => (this.asking = null)}
    ></muster-number-panel>`;
  }

  readonly #kept = () => {
    this.passOpen = false;
    this.#away.kept();
  };

  readonly #punched = (event: CustomEvent<AttendanceEvent>) => {
    this.passOpen = false;
    this.asking = null;
    this.#happened(event.detail, { asked: true });
  };

  #state() {
    switch (this.#device.connection.value) {
      case 'live':
        return html`<div class="state" data-test="state">
          ${this.#device.name.value}<span class="dot"></span>
        </div>`;
      case 'connecting':
        return html`<div class="state" data-test="state">${msg('Starting …')}</div>`;
      case 'reconnecting':
        return html`<div class="state away" data-test="state" role="status">
          <span class="dot"></span>${msg('Reconnecting …')}
        </div>`;
      default:
        return html`<div class="state away" data-test="state" role="status">
          <span class="dot"></span>${msg('Not running')}
        </div>`;
    }
  }

  #cards() {
    const shown = this.#results.shown.value;
    const challenge = challengeOf(this.#board.board.value.faces);
    const ask =
      this.#device.socket.state.value.state === 'open' ? askOf(this.#board.board.value.faces) : null;
    const note = this.#away.note.value;
    const off = this.#off();
    const hint = shown.length === 0 && !off ? this.#hint() : '';
    return html`<div class="results" aria-live="assertive" data-test="results">
      ${this.#places
        .place(shown)
        .map((event) =>
          event
            ? keyed(
                event.id,
                html`<muster-result-card
                  .event=${event}
                  .say=${this.#say}
                  .times=${this.#device.settings.value?.times !== false}
                  ?data-crowded=${shown.length > 1}
                  style=${styleMap({ order: String(shown.indexOf(event)) })}
                ></muster-result-card>`,
              )
            : nothing,
        )}
      ${
        challenge
          ? html`<muster-challenge-card
              style=${styleMap({ order: String(shown.length) })}
              .progress=${challenge}
            ></muster-challenge-card>`
          : nothing
      }
      ${
        ask === null
          ? nothing
          : html`<muster-ask-card
              style=${styleMap({ order: String(shown.length) })}
              data-test="ask"
              @answer=${() => (this.asking = ask)}
            ></muster-ask-card>`
      }
      ${
        note
          ? html`<muster-note-card
              data-test="note"
              .icon=${note.icon}
              .heading=${note.heading}
              .text=${note.text}
            ></muster-note-card>`
          : nothing
      }
      ${
        off
          ? html`<muster-note-card
              data-test="off-hours"
              icon="clock"
              .heading=${off}
              .text=${msg('Please use your number or badge')}
            ></muster-note-card>`
          : nothing
      }
      ${hint ? html`<div class="hint">${hint}</div>` : nothing}
    </div>`;
  }

  /** Why nobody is recognized now; empty while people are. */
  #off(): string {
    const { hours, site, clockOffset } = this.#device;
    const timeZone = site.value?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    return hoursNotice(hours.value, timeZone, clockOffset);
  }

  /** What to do, for a person who stands there and sees nothing happen. */
  #hint(): string {
    const connection = this.#device.connection.value;
    if (this.#away.isAway(this.#device.socket) && this.#away.outbox.able.value)
      return msg('Please use your number or badge');
    if (connection === 'reconnecting') return msg('One moment, reconnecting …');
    if (connection !== 'live') return '';
    const { faces } = this.#board.board.value;
    if (faces.some((face) => face.state === 'not-live')) return msg('Please look at the camera yourself');
    return faces.length === 0 ? msg('Look at the camera') : '';
  }

  readonly #mute = () => {
    this.muted = !this.muted;
    remember('muted', this.muted);
  };
}

customElements.define('muster-station', MusterStation);
