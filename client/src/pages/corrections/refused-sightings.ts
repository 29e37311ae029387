/**
 * Check-ins that the database refused: shown only while there are any. Each is booked as a correction, or dismissed.
 * Fires `booked` when a correction was made of one.
 */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { RefusedSightingView } from '#protocol/refused-sightings.ts';
import { alert } from '../../components/alert.ts';
import { formStyles } from '../../components/form.styles.ts';
import { dateTime } from '../../components/format.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { listCard, listStyles } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './refused-sighting-dialog.ts';

export class MusterRefusedSightings extends MusterElement {
  static override properties = { deciding: { state: true } };
  static override styles = [shared, formStyles, listStyles];
  declare deciding: RefusedSightingView | null;
  readonly #refused = new Loaded(this, () => allOf((page) => api.refused.list({ query: page }), 'refused'));

  constructor() {
    super();
    this.deciding = null;
  }

  override render() {
    const { value, error } = this.#refused;
    if (error) return alert(error);
    if (!value?.length) return nothing;
    return html`<section class="stack" data-test="refused-sightings">
        <h2>${msg('Check-ins that could not be booked')}</h2>
        <p class="quiet">
          ${msg('A station saw these people, but the database refused the punch. Book each of them, or dismiss it with a reason.')}
        </p>
        ${listCard({ items: value, error: null }, { empty: nothing, table: (items) => this.#table(items) })}
      </section>
      ${
        this.deciding
          ? html`<muster-refused-sighting
              .sighting=${this.deciding}
              @done=${this.#done}
            ></muster-refused-sighting>`
          : nothing
      }`;
  }

  #table(items: readonly RefusedSightingView[]) {
    return dataTable({
      test: 'refused',
      columns: [
        { label: msg('Person'), cell: ({ person }) => html`<strong>${person.displayName}</strong>` },
        {
          label: msg('Seen'),
          cell: ({ at, device }) =>
            html`${dateTime(at)}
              <div class="small quiet">${device}</div>`,
        },
        {
          label: msg('Actions'),
          hiddenLabel: true,
          kind: 'actions',
          cell: (one) =>
            html`<div>
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
      row: ({ id }, cells) =>
        html`<tr data-test="refused-sighting" data-refused=${id}>
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

customElements.define('muster-refused-sightings', MusterRefusedSightings);
