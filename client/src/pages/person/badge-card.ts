/** A badge as it is printed: name, number, a code for cameras, and the same code as text to type. */
import { msg } from '@lit/localize';
import { html, css, svg } from 'lit';
import { encodeQR } from 'qr';
import { MusterElement } from '../../components/muster-element.ts';
import { badgeText } from './badge-text.ts';

export class MusterBadgeCard extends MusterElement {
  static override properties = { code: { attribute: false }, name: {}, number: {} };
  static override styles = css`
    :host {
      display: grid;
      grid-template-columns: minmax(0, 42mm) minmax(0, 1fr);
      align-items: center;
      gap: 4mm;
      /* ID-1, the size of bank cards: 85.6 × 54 mm. */
      width: 85.6mm;
      max-width: 100%;
      height: 54mm;
      box-sizing: border-box;
      padding: 4mm;
      border: 1px solid #c9ccd6;
      border-radius: 3mm;
      background: #fff;
      color: #171a24;
      overflow: hidden;
    }
    svg {
      width: 42mm;
      max-width: 100%;
      height: 42mm;
    }
    b {
      display: block;
      font-size: 12.5pt;
      line-height: 1.15;
      font-weight: 680;
      overflow-wrap: anywhere;
    }
    span {
      display: block;
      margin-top: 1.2mm;
      font-size: 10pt;
      color: #565b6b;
    }
    code {
      display: block;
      margin-top: 4mm;
      font:
        9pt/1.45 ui-monospace,
        monospace;
      letter-spacing: 0.02em;
    }
  `;
  declare code: string;
  declare name: string;
  declare number: string;

  constructor() {
    super();
    this.code = '';
    this.name = '';
    this.number = '';
  }

  override render() {
    const rows = encodeQR(badgeText(this.code), 'raw', { ecc: 'quartile', border: 2 });
    const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
    return html`${svg`<svg viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges" role="img" aria-label=${msg('Badge code')}>
        <path d=${dark.join('')} fill="#000"></path>
      </svg>`}
      <div>
        <b>${this.name}</b><span>${this.number}</span>
        <code data-test="badge-code">${this.code.match(/.{1,5}/g)?.map((part) => html`${part}<br />`)}</code>
      </div>`;
  }
}

customElements.define('muster-badge-card', MusterBadgeCard);
