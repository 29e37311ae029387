/** Adds or changes a receiver, and shows a new secret once. Fires `done` when it closes. */
import { msg } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import { EVENT_TYPES } from '#protocol/events.ts';
import { newWebhook, type WebhookView } from '#protocol/webhooks.ts';
import { longest } from '../../components/longest.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { shownOnce, shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { eventText } from './webhook-texts.ts';

export class MusterWebhookDialog extends FormDialog {
  static override properties = { webhook: { attribute: false }, secret: {} };
  static override styles = [
    FormDialog.styles,
    shownOnceStyles,
    css`
      fieldset {
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0 0 0.6rem;
        font-weight: 620;
      }
    `,
  ];
  /** Null to add one. */
  declare webhook: WebhookView | null;
  /** Shown in place of the form. */
  declare secret: string | null;

  constructor() {
    super();
    this.webhook = null;
    this.secret = null;
  }

  override render() {
    const title = this.webhook ? msg('Change the webhook') : msg('Add a webhook');
    return this.frame(
      this.secret ? msg('Copy this secret') : title,
      'webhook-dialog',
      this.secret ? this.#created(this.secret) : this.#fields(),
    );
  }

  #fields() {
    const { form, webhook } = this;
    return this.sheet({
      act: webhook ? msg('Save') : msg('Add'),
      test: 'save-webhook',
      message: form.message || (form.fault('types') && msg('Choose at least one event.')),
      fields: html`
        ${textField({
          name: 'name',
          autofocus: true,
          label: msg('Name'),
          value: webhook?.name,
          hint: msg('The program that receives the events'),
          required: true,
          maxlength: longest(newWebhook.shape.name),
          fault: form.fault('name'),
        })}
        ${textField({
          name: 'url',
          label: msg('Address'),
          value: webhook?.url,
          hint: msg('Such as https://example.org/muster'),
          required: true,
          maxlength: 2000,
          fault: form.fault('url'),
        })}
        <fieldset class="stack">
          <legend>${msg('Events')}</legend>
          ${EVENT_TYPES.map(
            (type) =>
              html`<wa-checkbox name=${type} ?checked=${webhook?.types.includes(type) ?? true}
                >${eventText(type)}</wa-checkbox
              >`,
          )}
        </fieldset>
      `,
    });
  }

  #created(secret: string) {
    return html`<div class="stack">
        <p class="quiet">
          ${msg('The receiver checks with it that a message comes from here, by Standard Webhooks. It is not shown again.')}
        </p>
        ${this.webhook ? html`<p class="quiet">${msg('The former secret signs too for 24 hours.')}</p>` : nothing}
        ${shownOnce(secret, msg('Copy secret'))}
      </div>
      <wa-button slot="footer" variant="brand" @click=${this.close} data-test="close"
        >${msg('Done')}</wa-button
      >`;
  }

  protected override async send({ name = '', url = '', ...checked }: Record<string, string>) {
    const body = { name, url, types: EVENT_TYPES.filter((type) => type in checked) };
    const { webhook } = this;
    if (webhook) {
      const params = { id: webhook.id };
      if (
        await this.form.submit(() =>
          api.webhooks.update({ params, body: { ...body, enabled: webhook.disabled === null } }),
        )
      )
        this.close();
      return;
    }
    const created = await this.form.submit(() => api.webhooks.create({ body }));
    if (created) this.secret = created.secret;
  }
}

customElements.define('muster-webhook-dialog', MusterWebhookDialog);
