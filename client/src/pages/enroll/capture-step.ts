/**
 * The live session. Fires `saved` with the reply of `enrollment.save` as its detail, `leave` where the enrollment is to be
 * canceled, and `ended` where the session of the caller is over.
 * Attributes for tests, on the host: `data-phase`, `data-instruction`, `data-captured` (full bins),
 * `data-acceptable`.
 */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { EnrollmentProgress } from '#protocol/results.ts';
import { POSE_BINS } from '#protocol/face.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { countdown } from '../../components/format.ts';
import { chosenCamera } from '../../components/camera-choice.ts';
import '../../components/live-view/live-view.ts';
import { placeBox } from '../../components/live-view/picture-geometry.ts';
import { ScreenOn } from '../../components/screen-on.ts';
import { GuidedCapture } from '../../session/guided-capture.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { shared } from '../../styles/shared.ts';
import './capture-dialogs.ts';
import { styles } from './capture-step.styles.ts';
import { INSTRUCTION_WORDS, arrowAngle, binList, doubtText, type Words } from './instruction.ts';
import { EMPTY_BINS } from './pose-ring.ts';
import { reloadButton } from '../../components/reload-button.ts';
import { cameraProblem } from '../../components/camera-problem.ts';
import { number } from '../../locales/intl.ts';

/** Each instruction stays at least this long, ms, so that it can be read. */
const READABLE = 550;

export class MusterCaptureStep extends MusterElement {
  static override properties = {
    personId: { attribute: false },
    self: { type: Boolean },
    words: { state: true },
  };
  static override styles = [shared, styles];
  declare personId: string;
  /** The person captures their own face, by invitation. */
  declare self: boolean;
  declare words: Words;
  readonly screenOn = new ScreenOn(this);
  #guided: GuidedCapture | null = null;
  #leave: (() => void)[] = [];
  #held: ReturnType<typeof setTimeout> | null = null;
  #said = 0;

  constructor() {
    super();
    this.personId = '';
    this.self = false;
    this.words = { text: () => msg('Starting the camera …') };
  }

  override connectedCallback() {
    super.connectedCallback();
    const guided = new GuidedCapture(this.personId, {
      as: this.self ? 'invitation' : 'account',
      camera: chosenCamera('enrollment-camera'),
    });
    this.#guided = guided;
    const { phase, progress, capture, beganAgain } = guided;
    const watch = new ObservableController(this, phase, progress, capture.state, beganAgain);
    this.#leave.push(
      () => this.removeController(watch),
      () => watch.hostDisconnected(),
    );
    this.#leave.push(
      guided.phase.subscribe((now) => {
        if (now.phase === 'saved') {
          this.dispatchEvent(new CustomEvent('saved', { detail: now.result }));
        }
        if (now.phase === 'refused' && now.error.code === 'unauthenticated') {
          this.dispatchEvent(new Event('ended'));
        }
      }),
      guided.progress.subscribe((now) => {
        if (now) this.#say(INSTRUCTION_WORDS[now.instruction]);
      }),
    );
    guided.start();
  }

  override disconnectedCallback() {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    if (this.#held) clearTimeout(this.#held);
    this.#held = null;
    this.#guided?.close();
    this.#guided = null;
    super.disconnectedCallback();
  }

  /** Shows one instruction at a time, each long enough to be read. */
  #say(words: Words) {
    if (this.#held) clearTimeout(this.#held);
    this.#held = null;
    if (words === this.words) return;
    const wait = this.#said + READABLE - performance.now();
    const show = () => {
      this.#held = null;
      this.#said = performance.now();
      this.words = words;
    };
    if (wait > 0) this.#held = setTimeout(show, wait);
    else show();
  }

  override willUpdate() {
    const progress = this.#guided?.progress.value;
    this.dataset['phase'] = this.#guided?.phase.value.phase ?? 'starting';
    this.dataset['instruction'] = progress?.instruction ?? '';
    this.dataset['captured'] = String(progress ? captured(progress) : 0);
    this.dataset['acceptable'] = String(progress?.acceptable ?? false);
  }

  override render() {
    const guided = this.#guided;
    if (!guided) return nothing;
    const progress = guided.progress.value;
    const { phase } = guided.phase.value;
    const capture = guided.capture.state.value;
    const done = phase === 'saving' || phase === 'saved';
    return html`
      ${this.#instruction(phase)}
      <muster-pose-ring
        .bins=${progress?.bins ?? EMPTY_BINS}
        .toward=${phase === 'capturing' ? (this.words.toward ?? null) : null}
        .head=${phase === 'capturing' ? (progress?.face ?? null) : null}
        .done=${done}
      >
        <muster-live-view mirrored .stream=${capture.state === 'live' ? capture.stream : null}>
        </muster-live-view>
        ${this.#outline(progress)} ${this.#trouble()}
      </muster-pose-ring>
      ${this.#footer(progress)}
      <muster-camera-choice memory="enrollment-camera" .capture=${guided.capture}></muster-camera-choice>
      <muster-capture-dialogs
        .phase=${guided.phase.value}
        ?self=${this.self}
        .acceptable=${progress?.acceptable ?? false}
        .doubt=${progress?.doubt ?? null}
        .movements=${progress?.movements}
        .missing=${progress?.missing ?? []}
        @go-on=${() => guided.continue()}
        @start-over=${() => guided.startOver()}
        @save-now=${() => guided.save()}
        .frontOnly=${(progress?.bins.front ?? 0) >= 1}
        @override=${(e: CustomEvent<string>) => guided.save({ duplicate: e.detail })}
        @front-only=${(e: CustomEvent<string>) => guided.save({ frontOnly: e.detail })}
        @again=${() => guided.retry()}
        @leave=${() => this.dispatchEvent(new Event('leave'))}
      ></muster-capture-dialogs>
    `;
  }

  #instruction(phase: string) {
    const words =
      phase === 'saving'
        ? { text: () => msg('Saving …') }
        : phase === 'reconnecting'
          ? { text: () => msg('Reconnecting …'), hindrance: true }
          : this.words;
    const angle = arrowAngle(words);
    return html`<div class="say" ?data-hindrance=${words.hindrance ?? false} data-test="instruction">
      <span class="arrow" ?data-shown=${angle !== null}>
        <wa-icon name="arrow-up" style=${styleMap({ transform: `rotate(${angle ?? 0}deg)` })}></wa-icon>
      </span>
      <h1 aria-live="polite">${words.text()}</h1>
    </div>`;
  }

  /** An oval around the face; without a face, an empty oval to move into. */
  #outline(progress: EnrollmentProgress | null) {
    const face = progress?.face;
    if (!face) return html`<div class="guide" aria-hidden="true"></div>`;
    const capture = this.#guided?.capture.state.value;
    const settings = capture?.state === 'live' ? capture.track.getSettings() : {};
    const { width = 16, height = 9 } = settings;
    const view = { width: 100, height: 100 };
    const box = placeBox(face.box, { width, height }, view, true);
    return html`<div
      class="outline"
      ?data-accepted=${face.accepted}
      style=${styleMap({
        left: `${(box.left - box.width * 0.11).toFixed(2)}%`,
        top: `${(box.top - box.height * 0.12).toFixed(2)}%`,
        width: `${(box.width * 1.22).toFixed(2)}%`,
        height: `${(box.height * 1.2).toFixed(2)}%`,
      })}
      aria-hidden="true"
    ></div>`;
  }

  #footer(progress: EnrollmentProgress | null) {
    if (!progress) {
      const again = this.#guided?.beganAgain.value;
      return html`<div class="foot quiet">
        <p>${again ? msg('The connection was lost. The capture starts again.') : ' '}</p>
      </div>`;
    }
    const count = captured(progress);
    const capturing = this.#guided?.phase.value.phase === 'capturing';
    return html`<div class="foot">
      <div class="figures number">
        <span data-test="captured"
          >${msg(html`<b>${number(count)}</b> of ${number(POSE_BINS.length)} angles`)}</span
        >
        <span class=${progress.remaining < 15_000 ? 'late' : ''} data-test="remaining">
          <wa-icon name="clock"></wa-icon>${countdown(progress.remaining)}
        </span>
      </div>
      ${
        progress.doubt && capturing
          ? html`<p class="doubt" data-test="doubt" data-doubt=${progress.doubt}>${doubtText(progress)}</p>`
          : this.#enough(progress, capturing)
      }
    </div>`;
  }

  #enough(progress: EnrollmentProgress, capturing: boolean) {
    return html`<div class="enough" ?data-shown=${progress.acceptable && capturing}>
      <p>${msg(html`<b>Good enough.</b> Missing: ${binList(progress.missing)}.`)}</p>
      <wa-button
        variant="brand"
        size="s"
        ?disabled=${!progress.acceptable || !capturing}
        @click=${() => this.#guided?.save()}
        data-test="save-now"
      >
        ${msg('Save now')}
      </wa-button>
    </div>`;
  }

  #trouble() {
    const capture = this.#guided?.capture.state.value;
    if (capture?.state !== 'waiting') return nothing;
    const { title, text } = cameraProblem(capture.problem);
    return html`<div class="trouble" role="alert" data-test="trouble">
      <wa-icon name="camera-off"></wa-icon>
      <h2>${title}</h2>
      <p>${text}</p>
      ${capture.problem === 'page-fault' ? reloadButton() : nothing}
    </div>`;
  }
}

/** The number of full bins, the front included. */
function captured({ bins }: EnrollmentProgress): number {
  return POSE_BINS.filter((bin) => bins[bin] >= 1).length;
}

customElements.define('muster-capture-step', MusterCaptureStep);
