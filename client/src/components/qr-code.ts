/** A QR code on paper that is white in both themes, because cameras read dark on light. */
import { css, html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/qr-code/qr-code.js';

/** @param size CSS pixels of a side */
export function qrCode(value: string, label: string, size = 180): TemplateResult {
  return html`<div class="qr">
    <wa-qr-code value=${value} label=${label} size=${size} fill="#12141c" background="#ffffff"></wa-qr-code>
  </div>`;
}

export const qrStyles = css`
  .qr {
    justify-self: center;
    padding: 0.9rem;
    border-radius: var(--m-radius);
    background: #fff;
    color: #12141c;
    line-height: 0;
    border: 1px solid var(--m-line);
  }
`;
