/** The files that are on their way: shown over every page, with a button to stop each of them. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import { MusterElement } from '../components/muster-element.ts';
import { number } from '../locales/intl.ts';
import { type Download, downloads } from '../session/downloads.ts';
import { shared } from '../styles/shared.ts';
import { ObservableController } from './observable-controller.ts';

export class MusterDownloadStatus extends MusterElement {
  static override styles = [
    shared,
    css`
      .stack {
        position: fixed;
        z-index: 8;
        inset: auto 1rem 5rem auto;
        max-width: calc(100vw - 2rem);
      }
      .download {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        padding: 0.6rem 0.75rem 0.6rem 1rem;
        border: 1px solid var(--m-line-strong);
        border-radius: var(--m-radius);
        background: var(--m-surface);
        box-shadow: var(--m-shadow);
        /* A small file has arrived before this could be read. */
        animation: appear 0.2s 0.4s backwards;
      }
      @keyframes appear {
        from {
          opacity: 0;
        }
      }
    `,
  ];
  readonly controllers = [new ObservableController(this, downloads)];

  override render() {
    const all = downloads.value;
    return html`<div class="stack" role="status">${all.length === 0 ? nothing : all.map(row)}</div>`;
  }
}

function row({ received, cancel }: Download) {
  return html`<div class="download" data-test="download">
    <wa-spinner></wa-spinner>
    <span
      >${received === 0 ? msg('Preparing the file …') : msg(str`Receiving the file: ${size(received)}`)}</span
    >
    <wa-button size="s" appearance="plain" @click=${cancel} data-test="cancel-download"
      >${msg('Cancel')}</wa-button
    >
  </div>`;
}

/** Such as 1.2 MB. */
function size(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  return number(megabytes, {
    style: 'unit',
    unit: 'megabyte',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
}

customElements.define('muster-download-status', MusterDownloadStatus);
