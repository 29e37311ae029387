/**
 * Punches that were not booked: shown only while there are any. Each is booked as a correction, or dismissed. Fires
 * `booked` when one was decided on.
 */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { RefusedPunchView } from '#protocol/refused-punches.ts';
import { allowed } from '../../app/session.ts';
import { alert } from '../../components/alert.ts';
import { formStyles } from '../../components/form.styles.ts';
import { localDateTime } from '../../components/format.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { listCard, listStyles } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import '../decisions/why-dialog.ts';
import './refused-punch-dialog.ts';
import { refusalText, whoseText } from './refused-punch-text.ts';

export class MusterRefusedPunches extends MusterElement {
  static override properties = { deciding: { state: true }, asked: { state: true } };
  static override styles = [shared, formStyles, listStyles];
  declare deciding: RefusedPunchView | null;
  /** The id of the one whose reasons are shown. */
  declare asked: string | null;
  readonly #refused = new Loaded(this, () => allOf((page) => api.refused.list({ query: page }), 'refused'));

  constructor() {
    super();
    this.deciding = null;
    this.asked = null;
  }

  override render() {
    const { value, error } = this.#refused;
    if (error) return alert(error);
    if (!value?.length) return nothing;
    return html`<section class="stack" data-test="refused-punches">
        <h2>${msg('Refused punches')}</h2>
        <p class="quiet">
          ${msg('These punches were not booked. Book each of them as a correction, or dismiss it with a reason.')}
        </p>
        ${listCard({ items: value, error: null }, { empty: nothing, table: (items) => this.#table(items) })}
      </section>
      ${
        this.deciding
          ? html`<muster-refused-punch .punch=${this.deciding} @done=${this.#done}></muster-refused-punch>`
          : nothing
      }
      ${
        this.asked === null
          ? nothing
          : html`<muster-why-dialog
              .asked=${{ refused: this.asked }}
              @done=${() => (this.asked = null)}
            ></muster-why-dialog>`
      }`;
  }

  #table(items: readonly RefusedPunchView[]) {
    return dataTable({
      test: 'refused',
      columns: [
        {
          label: msg('Person'),
          cell: (one) =>
            html`<strong>${whoseText(one)}</strong>
              <div class="narrow small quiet">
                ${refusalText(one)}<br />${localDateTime(one.localTime)} · ${one.device}
              </div>`,
        },
        { label: msg('Why refused'), kind: 'wide', cell: refusalText },
        {
          label: msg('When and where'),
          kind: 'wide',
          cell: ({ localTime, device }) =>
            html`${localDateTime(localTime)}
              <div class="small quiet">${device}</div>`,
        },
        {
          label: msg('Actions'),
          hiddenLabel: true,
          kind: 'actions',
          cell: (one) =>
            html`<div>
              ${
                one.source === 'sighting' && allowed('decisions:read')
                  ? html`<wa-button
                      size="s"
                      appearance="plain"
                      @click=${() => (this.asked = one.id)}
                      data-test="why-refused"
                      >${msg('Why?')}</wa-button
                    >`
                  : nothing
              }
              <wa-button
                size="s"
                appearance="outlined"
                @click=${() => (this.deciding = one)}
                data-test="decide-refused"
                >${msg('Decide …')}</wa-button
              >
            </div>`,
        },
      ],
      items,
      key: ({ id }) => id,
      row: ({ id, why }, cells) =>
        html`<tr data-test="refused-punch" data-refused=${id} data-why=${why}>
          ${cells}
        </tr>`,
    });
  }

  readonly #done = () => {
    this.deciding = null;
    this.#refused.refresh();
    this.dispatchEvent(new Event('booked'));
  };
}

customElements.define('muster-refused-punches', MusterRefusedPunches);
