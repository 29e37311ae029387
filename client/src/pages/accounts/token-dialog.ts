/** Creates a token and shows it once. Fires `done` when it closes. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import { TOKEN_SCOPES } from '#protocol/permissions.ts';
import { newApiToken } from '#protocol/tokens.ts';
import { longest } from '../../components/longest.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { shownOnce, shownOnceStyles } from '../../components/shown-once.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { scopeChoice } from './scope-texts.ts';

export class MusterTokenDialog extends FormDialog {
  static override properties = { secret: { state: true } };
  static override styles = [FormDialog.styles, shownOnceStyles];
  declare secret: string | null;

  constructor() {
    super();
    this.secret = null;
  }

  override render() {
    return this.frame(
      this.secret ? msg('Copy this token') : msg('Add a token'),
      'token-dialog',
      this.secret ? this.#created(this.secret) : this.#fields(),
    );
  }

  #fields() {
    const { form } = this;
    return this.sheet({
      act: msg('Create token'),
      test: 'create',
      message: form.message || (form.fault('scopes') && msg('Choose at least one thing that it may do.')),
      fields: html`
        ${textField({
          name: 'name',
          autofocus: true,
          label: msg('Name'),
          hint: msg('The program that will use it'),
          required: true,
          maxlength: longest(newApiToken.shape.name),
          fault: form.fault('name'),
        })}
        ${TOKEN_SCOPES.map((scope) => html`<wa-checkbox name=${scope}>${scopeChoice(scope)}</wa-checkbox>`)}
        <wa-input
          name="days"
          label=${msg('Valid for (days)')}
          type="number"
          min="1"
          max="366"
          .value=${'90'}
          hint=${form.fault('days') || msg('1 to 366')}
          required
        ></wa-input>
      `,
    });
  }

  #created(secret: string) {
    return html`<div class="stack">
        <p class="quiet">
          ${msg(html`Programs send it in the header <code>Authorization: Bearer …</code>. It is not shown again.`)}
        </p>
        ${shownOnce(secret, msg('Copy token'))}
      </div>
      <wa-button slot="footer" variant="brand" @click=${this.close} data-test="close"
        >${msg('Done')}</wa-button
      >`;
  }

  protected override async send({ name = '', days = '', ...checked }: Record<string, string>) {
    const scopes = TOKEN_SCOPES.filter((scope) => scope in checked);
    const created = await this.form.submit(() =>
      api.tokens.create({ body: { name, scopes, days: Number(days) } }),
    );
    if (created) this.secret = created.secret;
  }
}

customElements.define('muster-token-dialog', MusterTokenDialog);
