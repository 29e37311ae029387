/** The reader's own account: password, two-factor authentication and sessions. */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import type { OwnAccountView } from '#protocol/accounts.ts';
import { alert } from '../../components/alert.ts';
import { formStyles } from '../../components/form.styles.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { roleName } from '../accounts/role-names.ts';
import './password-form.ts';
import './second-factor.ts';
import './sessions.ts';

export class MusterAccount extends MusterElement {
  static override styles = [
    shared,
    formStyles,
    css`
      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
        gap: 1.5rem;
        align-items: start;
      }
    `,
  ];
  readonly #own = new Loaded(this, () => api.account.get());

  override render() {
    const { value, error } = this.#own;
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>${msg('My account')}</h1>
          <p class="quiet">${value ? summary(value) : ' '}</p>
        </div>
      </div>
      ${alert(error)}
      ${
        value
          ? html`<div class="columns">
                <muster-second-factor
                  .recoveryCodes=${value.recoveryCodes}
                  @changed=${this.#refresh}
                ></muster-second-factor>
                <muster-password-form
                  .username=${value.account.username}
                  @changed=${this.#refresh}
                ></muster-password-form>
              </div>
              <muster-sessions .sessions=${value.sessions} @changed=${this.#refresh}></muster-sessions>`
          : nothing
      }
    </div>`;
  }

  readonly #refresh = () => this.#own.refresh();
}

function summary({ account: { name, username, role, department } }: OwnAccountView): string {
  const title = roleName(role);
  return [name, username, department ? msg(str`${title} of ${department}`) : title].join(' · ');
}

customElements.define('muster-account', MusterAccount);
