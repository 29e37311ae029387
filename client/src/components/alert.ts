import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/icon/icon.js';

/** The message of a form that failed as a whole. */
export const alert = (message: string) =>
  message
    ? html`<div class="alert" role="alert" data-test="alert">
        <wa-icon name="circle-alert"></wa-icon><span>${message}</span>
      </div>`
    : nothing;
