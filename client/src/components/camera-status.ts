/** The state of a camera as a chip, the same wherever cameras are listed. */
import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { CameraState } from '#protocol/signaling.ts';

export function cameraStatus({ status }: CameraState): TemplateResult {
  const texts: Record<CameraState['status'], TemplateResult> = {
    live: html`<span class="chip good">${msg('Live')}</span>`,
    waiting: html`<span class="chip warn">${msg('Waiting')}</span>`,
    resting: html`<span class="chip">${msg('Outside its hours')}</span>`,
    offline: html`<span class="chip">${msg('Offline')}</span>`,
  };
  return texts[status];
}
