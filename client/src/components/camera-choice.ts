/** Chooses one of several cameras of this machine, and remembers it in this browser. Shows nothing where there is one camera. */
import { msg } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { recall, remember } from '../app/memory.ts';
import type { CameraCapture, CameraChoice } from '../session/camera-capture.ts';
import { CameraList } from './camera-list.ts';
import { MusterElement } from './muster-element.ts';

/** What a page remembers its camera by. */
export type CameraMemory = 'station-camera' | 'enrollment-camera';

const isText = (v: unknown): v is string => typeof v === 'string';
const DEFAULT = 'default';

/** The camera that was chosen for this page before, to begin with. */
export function chosenCamera(memory: CameraMemory): Pick<CameraChoice, 'deviceId'> {
  const deviceId = recall(memory, isText, '');
  return deviceId === '' ? {} : { deviceId };
}

export class MusterCameraChoice extends MusterElement {
  static override properties = {
    capture: { attribute: false },
    memory: {},
  };
  static override styles = css`
    :host {
      display: block;
    }
  `;
  declare capture: CameraCapture;
  declare memory: CameraMemory;
  readonly #list = new CameraList(this, () => this.capture);

  readonly #choose = (event: Event) => {
    const { value } = event.target as HTMLInputElement;
    const { deviceId: _former, ...choice } = this.capture.choice;
    const chosen = value === DEFAULT ? '' : value;
    remember(this.memory, chosen);
    this.capture.choose({ ...choice, ...(chosen !== '' && { deviceId: chosen }) });
    this.dispatchEvent(new Event('chosen'));
  };

  override render() {
    const { cameras } = this.#list;
    if (cameras.length < 2) return nothing;
    const { deviceId } = this.capture.choice;
    const known = cameras.some((camera) => camera.deviceId === deviceId);
    return html`<wa-select
      size="s"
      label=${msg('Camera')}
      value=${known ? deviceId! : DEFAULT}
      @change=${this.#choose}
      data-test="camera-choice"
    >
      <wa-option value=${DEFAULT}>${msg('Default camera')}</wa-option>
      ${cameras.map(
        (camera) => html`<wa-option value=${camera.deviceId}>${camera.label || msg('Camera')}</wa-option>`,
      )}
    </wa-select>`;
  }
}

customElements.define('muster-camera-choice', MusterCameraChoice);
