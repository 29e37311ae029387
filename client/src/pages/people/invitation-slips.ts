/** Slips to cut out, one for each person: the name, the code to scan and the link to type. */
import { msg, str } from '@lit/localize';
import { css, html, svg } from 'lit';
import { encodeQR } from 'qr';
import { dateTime } from '../../components/format.ts';
import { MusterElement } from '../../components/muster-element.ts';
import type { InvitationLink } from './invitation-links.ts';

export class MusterInvitationSlips extends MusterElement {
  static override properties = { links: { attribute: false } };
  static override styles = css`
    :host {
      display: grid;
      grid-template-columns: 1fr 1fr;
      color: #171a24;
      background: #fff;
      font-size: 9.5pt;
      line-height: 1.35;
    }
    article {
      display: grid;
      grid-template-columns: 34mm minmax(0, 1fr);
      gap: 4mm;
      align-items: center;
      padding: 5mm;
      border: 1px dashed #8d93a5;
      break-inside: avoid;
    }
    svg {
      width: 34mm;
      height: 34mm;
    }
    b {
      display: block;
      font-size: 12pt;
      overflow-wrap: anywhere;
    }
    p {
      margin: 1.5mm 0 0;
    }
    code {
      font-size: 6.5pt;
      overflow-wrap: anywhere;
    }
  `;
  declare links: readonly InvitationLink[];

  constructor() {
    super();
    this.links = [];
  }

  override render() {
    return this.links.map(
      ({ name, number, link, expiresAt }) =>
        html`<article data-test="slip">
          ${qr(link)}
          <div>
            <b>${name}</b>${number}
            <p>
              ${msg(str`Scan this with your phone to enroll your face for checking in. It works once, until ${dateTime(expiresAt)}.`)}
            </p>
            <code>${link}</code>
          </div>
        </article>`,
    );
  }
}

function qr(link: string) {
  const rows = encodeQR(link, 'raw', { ecc: 'medium', border: 2 });
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
  return svg`<svg viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges" role="img" aria-label=${msg('The link as a QR code')}>
    <path d=${dark.join('')} fill="#000"></path>
  </svg>`;
}

customElements.define('muster-invitation-slips', MusterInvitationSlips);

/** Prints the slips without the rest of the page (see `base.css`). */
export function printSlips(links: readonly InvitationLink[]): void {
  document.querySelector('.print-sheet')?.remove();
  const sheet = document.createElement('div');
  sheet.className = 'print-sheet';
  const slips: MusterInvitationSlips = Object.assign(
    document.createElement('muster-invitation-slips') as MusterInvitationSlips,
    { links },
  );
  sheet.append(slips);
  document.body.append(sheet);
  window.addEventListener('afterprint', () => sheet.remove(), { once: true });
  // The slips must be rendered before the browser prints.
  void slips.updateComplete.then(() => window.print());
}
