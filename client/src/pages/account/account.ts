/** One's own account: password, second factor, and where one is signed in. */
import { LitElement, html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { OwnAccountView, OwnSessionView } from '#protocol/accounts.ts';
import { toast, toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { browserName } from '../../components/browser-name.ts';
import { formStyles } from '../../components/form.styles.ts';
import { ago } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { accountApi } from '../../session/account-api.ts';
import { shared } from '../../styles/shared.ts';
import { ROLE_NAMES } from '../accounts/role-names.ts';
import './password-form.ts';
import './second-factor.ts';

export class MusterAccount extends LitElement {
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
      .acts {
        text-align: right;
      }
      td strong {
        display: block;
        font-weight: 620;
      }
      @media (max-width: 45rem) {
        .wide {
          display: none;
        }
        th,
        td {
          padding: 0.7rem 0.75rem;
        }
      }
    `,
  ];
  readonly #own = new Loaded(this, () => accountApi.own());

  override render() {
    const { value, error } = this.#own;
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>My account</h1>
          <p class="quiet">${value ? who(value) : ' '}</p>
        </div>
      </div>
      ${alert(error?.message ?? '')}
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
              ${this.#sessions(value.sessions)}`
          : nothing
      }
    </div>`;
  }

  #sessions(sessions: readonly OwnSessionView[]) {
    return html`<section class="stack">
      <div class="head">
        <h2>Where you are signed in</h2>
        ${
          sessions.length > 1
            ? html`<wa-button size="s" appearance="outlined" @click=${this.#endOthers} data-test="end-others">
                Sign out everywhere else
              </wa-button>`
            : nothing
        }
      </div>
      <div class="card flush table">
        <table data-test="sessions">
          <thead>
            <tr>
              <th>Browser</th>
              <th class="wide">Address</th>
              <th class="wide">Signed in</th>
              <th>Last used</th>
              <th><span class="sr">Actions</span></th>
            </tr>
          </thead>
          <tbody>
            ${sessions.map((session) => this.#row(session))}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  #row(session: OwnSessionView) {
    const name = browserName(session.userAgent);
    return html`<tr data-test="session">
      <td><strong>${name}</strong></td>
      <td class="wide">${session.address ?? '–'}</td>
      <td class="wide">${ago(session.openedAt)}</td>
      <td>
        ${session.current ? html`<span class="chip good">This browser</span>` : ago(session.lastUsedAt)}
      </td>
      <td class="acts">
        ${
          session.current
            ? nothing
            : html`<wa-button size="s" appearance="plain" @click=${() => this.#end(session)} data-test="end">
                <wa-icon name="log-out" label="Sign out ${name}"></wa-icon>
              </wa-button>`
        }
      </td>
    </tr>`;
  }

  readonly #refresh = () => this.#own.refresh();

  readonly #endOthers = () => {
    this.#do(() => accountApi.endOtherSessions(), 'You are signed in here alone now').catch(toastError);
  };

  #end({ id }: OwnSessionView) {
    this.#do(() => accountApi.endSession(id), 'Signed out there').catch(toastError);
  }

  async #do(act: () => Promise<unknown>, said: string) {
    await act();
    this.#own.refresh();
    toast(said);
  }
}

function who({ account: { name, username, role, department } }: OwnAccountView): string {
  return [
    name,
    username,
    department ? `${ROLE_NAMES[role].name} of ${department}` : ROLE_NAMES[role].name,
  ].join(' · ');
}

customElements.define('muster-account', MusterAccount);
