/** What a receiver was told in the last 30 days, and what waits. */
import { msg } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { DeliveryView, WebhookView } from '#protocol/webhooks.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { dateTime } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { eventText, outcomeText, stateText } from './webhook-texts.ts';

/** How long a try may take until its outcome is shown, ms. */
const SHOW_AFTER = 1_500;

export class MusterWebhookHistory extends MusterElement {
  static override properties = { webhook: { attribute: false } };
  static override styles = [
    shared,
    listStyles,
    css`
      .acts {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0.25rem;
      }
      .narrow .acts {
        justify-content: flex-start;
        margin-top: 0.5rem;
      }
    `,
  ];
  declare webhook: WebhookView;
  readonly #deliveries = new PagedList<DeliveryView>(this, async (query) => {
    const { deliveries, next } = await api.webhooks.deliveries({ params: { id: this.webhook.id }, query });
    return { items: deliveries, next };
  });

  override render() {
    return html`<section class="stack">
      <h2>${msg('What was sent')}</h2>
      ${listCard(this.#deliveries, {
        empty: emptyState({ icon: 'clock', text: msg('Nothing has happened yet that it is told of.') }),
        table: (items) =>
          dataTable({
            test: 'deliveries',
            columns: this.#columns(),
            items,
            key: ({ id }) => id,
            row: ({ state }, cells) =>
              html`<tr data-test="delivery" data-state=${state}>
                ${cells}
              </tr>`,
          }),
      })}
    </section>`;
  }

  #columns(): Column<DeliveryView>[] {
    return [
      { label: msg('Time'), kind: 'wide', cell: ({ happenedAt }) => dateTime(happenedAt) },
      {
        label: msg('Event'),
        cell: (delivery) =>
          html`<span title=${delivery.event}>${eventText(delivery.type)}</span>
            <div class="narrow">
              <div class="small quiet">${dateTime(delivery.happenedAt)}</div>
              ${this.#result(delivery)} ${this.#acts(delivery)}
            </div>`,
      },
      { label: msg('Result'), kind: 'wide', cell: (delivery) => this.#result(delivery) },
      { label: msg('Tries'), kind: 'wide', numeric: true, cell: ({ tries }) => tries },
      {
        label: msg('Actions'),
        hiddenLabel: true,
        kind: 'wide',
        cell: (delivery) => this.#acts(delivery),
      },
    ];
  }

  #acts(delivery: DeliveryView) {
    return html`<div class="acts">
      <wa-button
        size="s"
        appearance="outlined"
        @click=${() => this.#act(api.webhooks.redeliver, delivery).catch(toastError)}
        data-test="redeliver"
        >${delivery.state === 'waiting' ? msg('Try now') : msg('Send again')}</wa-button
      >
      ${
        delivery.state === 'waiting' && delivery.tries > 0
          ? html`<wa-button
              size="s"
              appearance="plain"
              @click=${() => this.#act(api.webhooks.giveUp, delivery).catch(toastError)}
              data-test="give-up"
              >${msg('Give up')}</wa-button
            >`
          : nothing
      }
    </div>`;
  }

  #result(delivery: DeliveryView) {
    const { state, outcome, answer } = delivery;
    const chip = state === 'delivered' ? 'good' : state === 'given-up' ? 'bad' : '';
    const words = outcome === 'delivered' && state === 'delivered' ? '' : outcomeText(delivery);
    return html`<span class="chip ${chip}">${stateText(state)}</span> ${words}
      ${answer ? html`<div class="small quiet">${answer}</div>` : nothing}`;
  }

  async #act(act: (call: { params: { id: string } }) => Promise<unknown>, { id }: DeliveryView) {
    await act({ params: { id } });
    toast(msg('It will be tried now.'));
    setTimeout(() => {
      this.#deliveries.refresh();
      this.dispatchEvent(new Event('changed'));
    }, SHOW_AFTER);
  }
}

customElements.define('muster-webhook-history', MusterWebhookHistory);
