/** Receivers of webhooks: other programs that are told what happens. Only owners see them. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { WebhooksView, WebhookView } from '#protocol/webhooks.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm, Question } from '../../components/confirm-dialog.ts';
import { formStyles } from '../../components/form.styles.ts';
import { dateTime } from '../../components/format.ts';
import { emptyState, listStyles } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { list, number } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { outcomeText } from './webhook-texts.ts';
import './webhook-dialog.ts';
import './webhook-history.ts';

/** What the dialog shows. */
interface Dialog {
  webhook: WebhookView | null;
  secret: string | null;
}

export class MusterWebhooks extends MusterElement {
  static override properties = { dialog: { state: true }, history: { state: true } };
  static override styles = [shared, formStyles, listStyles];
  declare dialog: Dialog | null;
  /** Id of the receiver whose history is open. */
  declare history: string | null;
  readonly #webhooks = new Loaded<WebhooksView>(this, () => api.webhooks.list({ query: {} }));

  constructor() {
    super();
    this.dialog = null;
    this.history = null;
  }

  override render() {
    const { value, error } = this.#webhooks;
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>${msg('Webhooks')}</h1>
            <p class="quiet">
              ${msg('Other programs are told at once what happens here. Each message is signed, comes in order, and is sent again until the program has it.')}
            </p>
          </div>
          <wa-button
            variant="brand"
            @click=${() => (this.dialog = { webhook: null, secret: null })}
            data-test="new-webhook"
          >
            <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a webhook')}
          </wa-button>
        </div>
        ${alert(error)} ${value ? this.#list(value) : nothing}
      </div>
      ${
        this.dialog
          ? html`<muster-webhook-dialog
              .webhook=${this.dialog.webhook}
              .secret=${this.dialog.secret}
              @done=${this.#closed}
            ></muster-webhook-dialog>`
          : nothing
      }
      <muster-confirm></muster-confirm>`;
  }

  #list({ webhooks, allow }: WebhooksView) {
    return html`${
        webhooks.length === 0
          ? html`<div class="card">
              ${emptyState({ icon: 'link', text: msg('No program is told anything yet.'), test: 'no-webhooks' })}
            </div>`
          : webhooks.map((webhook) => this.#card(webhook))
      }
      <p class="small quiet">
        ${
          allow.length > 0
            ? msg(str`Private addresses that are allowed: ${list(allow)}.`)
            : msg(
                'Private addresses are not allowed. The variable MUSTER_WEBHOOK_ALLOW names those that are.',
              )
        }
      </p>`;
  }

  #card(webhook: WebhookView) {
    const { id, name, url } = webhook;
    const isOpen = this.history === id;
    return html`<section class="card stack" data-test="webhook">
      <div class="head">
        <div>
          <h2>${name}</h2>
          <p class="small quiet" style="overflow-wrap: anywhere">${url}</p>
        </div>
        <div>${this.#state(webhook)}</div>
      </div>
      <div class="row">
        ${this.#button('test', msg('Send a test'), () => this.#test(webhook))}
        ${this.#button('history', isOpen ? msg('Close the history') : msg('History'), async () => {
          this.history = isOpen ? null : id;
        })}
        ${this.#button('change', msg('Change'), async () => {
          this.dialog = { webhook, secret: null };
        })}
        ${this.#button('rotate', msg('New secret'), () => this.#rotate(webhook))}
        ${this.#button('switch', webhook.disabled ? msg('Switch on') : msg('Switch off'), () => this.#switch(webhook))}
        ${this.#button('delete', msg('Delete'), () => this.#delete(webhook))}
      </div>
      ${
        isOpen
          ? html`<muster-webhook-history
              .webhook=${webhook}
              @changed=${() => this.#webhooks.refresh()}
            ></muster-webhook-history>`
          : nothing
      }
    </section>`;
  }

  #state({ disabled, waiting, failures, nextTryAt, formerSecretUntil }: WebhookView) {
    const chip = disabled
      ? html`<span class="chip bad"
          >${disabled.why === 'gone' ? msg('Switched off: it answered that it is gone') : msg('Switched off')}</span
        >`
      : failures > 0
        ? html`<span class="chip bad">${msg('Does not take events')}</span>`
        : html`<span class="chip good">${msg('Works')}</span>`;
    const count = number(waiting);
    return html`${chip}
    ${waiting > 0 ? html`<div class="small quiet">${msg(str`Waiting events: ${count}`)}</div>` : nothing}
    ${nextTryAt ? html`<div class="small quiet">${msg(str`Next try: ${dateTime(nextTryAt)}`)}</div>` : nothing}
    ${
      formerSecretUntil
        ? html`<div class="small quiet">
            ${msg(str`The former secret signs too until ${dateTime(formerSecretUntil)}`)}
          </div>`
        : nothing
    }`;
  }

  #button(test: string, label: string, act: () => Promise<void>) {
    return html`<wa-button
      size="s"
      appearance="outlined"
      @click=${() => act().catch(toastError)}
      data-test=${test}
      >${label}</wa-button
    >`;
  }

  readonly #closed = () => {
    this.dialog = null;
    this.#webhooks.refresh();
  };

  async #test({ id, name }: WebhookView) {
    const result = await api.webhooks.test({ params: { id } });
    toast(`${name}: ${outcomeText(result)}`, result.outcome === 'delivered' ? 'success' : 'danger');
  }

  async #rotate(webhook: WebhookView) {
    const sure = await this.#ask({
      title: msg(str`New secret for ${webhook.name}?`),
      text: msg('For 24 hours both secrets sign. Give the new one to the receiver within that time.'),
      act: msg('Make a new secret'),
      harmless: true,
    });
    if (!sure) return;
    const { secret, webhook: rotated } = await api.webhooks.rotateSecret({ params: { id: webhook.id } });
    this.dialog = { webhook: rotated, secret };
  }

  async #switch({ id, name, url, types, disabled }: WebhookView) {
    await api.webhooks.update({ params: { id }, body: { name, url, types, enabled: disabled !== null } });
    this.#webhooks.refresh();
  }

  async #delete({ id, name }: WebhookView) {
    const sure = await this.#ask({
      title: msg(str`Delete ${name}?`),
      text: msg('It is told nothing more. What waits and its history are deleted.'),
      act: msg('Delete'),
    });
    if (!sure) return;
    await api.webhooks.remove({ params: { id } });
    this.#webhooks.refresh();
    toast(msg(str`${name} was deleted`));
  }

  async #ask(question: Question): Promise<boolean> {
    return (await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask(question)) ?? false;
  }
}

customElements.define('muster-webhooks', MusterWebhooks);
