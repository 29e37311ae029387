/** Why a station cannot work at all, over the whole screen, and what to do about it. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { cameraProblem } from '../../components/camera-problem.ts';
import { errorText } from '../../components/error-text.ts';
import { reloadButton } from '../../components/reload-button.ts';
import type { DeviceCamera } from '../../session/device-camera.ts';

/** `nothing` where the station works. */
export function stationTrouble(device: DeviceCamera) {
  const capture = device.capture.state.value;
  const publisher = device.publisher.state.value;
  if (device.end.value === 'replaced') {
    return html`<div class="trouble" data-test="trouble">
      <wa-icon name="station"></wa-icon>
      <h1>${msg('This station is running elsewhere')}</h1>
      <p>${msg('It was opened on another page or screen. Only one of them can be the station.')}</p>
      <wa-button size="l" variant="brand" @click=${() => device.start()}>${msg('Use it here')}</wa-button>
    </div>`;
  }
  if (publisher.phase === 'stopped' && publisher.error) {
    return html`<div class="trouble" data-test="trouble">
      <wa-icon name="circle-alert"></wa-icon>
      <h1>${msg('The station has stopped')}</h1>
      <p>${errorText(publisher.error)}</p>
      ${
        publisher.error.code === 'page-fault'
          ? reloadButton()
          : html`<wa-button size="l" variant="brand" @click=${() => device.start()}
              >${msg('Start again')}</wa-button
            >`
      }
    </div>`;
  }
  if (capture.state !== 'waiting') return nothing;
  const { title, text } = cameraProblem(capture.problem);
  return html`<div class="trouble" data-test="trouble" data-problem=${capture.problem}>
    <wa-icon name="camera-off"></wa-icon>
    <h1>${title}</h1>
    <p>${text}</p>
    ${capture.problem === 'page-fault' ? reloadButton() : nothing}
  </div>`;
}
