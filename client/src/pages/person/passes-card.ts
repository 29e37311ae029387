/** PIN and badge of a person: for who has not agreed to face recognition, or whom the camera does not see. */
import { LitElement, html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonView } from '#protocol/people.ts';
import { toast, toastError } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm, Question } from '../../components/confirm-dialog.ts';
import { dateTime } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './badge-card.ts';
import { printBadge } from './print-badge.ts';

export class MusterPassesCard extends LitElement {
  static override properties = { person: { attribute: false }, pin: { state: true }, badge: { state: true } };
  static override styles = [
    shared,
    css`
      .passes {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr));
        gap: 1.5rem;
      }
      .pass {
        display: grid;
        gap: 0.75rem;
        align-content: start;
      }
      h3 {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        font-size: 1rem;
        font-weight: 620;
      }
      .secret {
        font-size: 2.6rem;
        font-weight: 680;
        letter-spacing: 0.14em;
        font-variant-numeric: tabular-nums;
        text-align: center;
        padding: 0.5rem 0 1rem;
      }
      muster-badge-card {
        margin: 0 auto;
      }
    `,
  ];
  declare person: PersonView;
  /** While they are shown, the only time. */
  declare pin: string | null;
  declare badge: string | null;
  readonly #passes = new Loaded(this, () => api.passes(this.person.id));

  constructor() {
    super();
    this.pin = null;
    this.badge = null;
  }

  override render() {
    const { value } = this.#passes;
    return html`<section class="card stack" data-test="passes-card">
        <div>
          <h2>Without a face</h2>
          <p class="quiet">At every station: “No face? Use your number”.</p>
        </div>
        <div class="passes">
          <div class="pass">
            <h3><wa-icon name="keypad"></wa-icon>PIN</h3>
            <p class="quiet" data-test="pin-state">
              ${
                value?.pin
                  ? `Set ${dateTime(value.pin.setAt)}.${value.pin.lockedUntil ? ` Locked until ${dateTime(value.pin.lockedUntil)} after wrong tries; a new PIN unlocks it.` : ''}`
                  : `None. With a PIN, ${this.person.givenName} types the number ${this.person.number} and six digits.`
              }
            </p>
            <div class="row">
              <wa-button size="s" appearance="outlined" @click=${this.#setPin} data-test="set-pin">
                ${value?.pin ? 'New PIN' : 'Make a PIN'}
              </wa-button>
              ${
                value?.pin
                  ? html`<wa-button size="s" appearance="plain" @click=${this.#removePin}>Remove</wa-button>`
                  : nothing
              }
            </div>
          </div>
          <div class="pass">
            <h3><wa-icon name="qr-code"></wa-icon>Badge</h3>
            <p class="quiet" data-test="badge-state">
              ${
                value?.badge
                  ? `Issued ${dateTime(value.badge.issuedAt)}.`
                  : 'None. A printed code that the camera of a station reads.'
              }
            </p>
            <div class="row">
              <wa-button size="s" appearance="outlined" @click=${this.#issueBadge} data-test="issue-badge">
                ${value?.badge ? 'New badge' : 'Make a badge'}
              </wa-button>
              ${
                value?.badge
                  ? html`<wa-button size="s" appearance="plain" @click=${this.#revokeBadge}
                      >Revoke</wa-button
                    >`
                  : nothing
              }
            </div>
          </div>
        </div>
      </section>
      ${this.#pinDialog()}${this.#badgeDialog()}<muster-confirm></muster-confirm>`;
  }

  #pinDialog() {
    return html`<wa-dialog
      label="PIN of ${this.person.displayName}"
      .open=${this.pin !== null}
      @wa-after-hide=${() => (this.pin = null)}
      data-test="pin-dialog"
    >
      <p class="secret" data-test="pin">${this.pin ?? ''}</p>
      <p class="quiet">
        Hand it over now: it is shown this once and kept nowhere that anybody can read. At the station it goes
        with the number <strong>${this.person.number}</strong>.
      </p>
      <wa-button slot="footer" variant="brand" @click=${() => (this.pin = null)} data-test="pin-done">
        Done
      </wa-button>
    </wa-dialog>`;
  }

  #badgeDialog() {
    const { badge, person } = this;
    return html`<wa-dialog
      label="Badge of ${person.displayName}"
      .open=${badge !== null}
      @wa-after-hide=${() => (this.badge = null)}
      data-test="badge-dialog"
    >
      ${
        badge
          ? html`<muster-badge-card
              .code=${badge}
              name=${person.displayName}
              number=${person.number}
            ></muster-badge-card>`
          : nothing
      }
      <p class="quiet" style="margin-top: 1rem">
        Print it now: the code is shown this once. Whoever has the badge can punch with it, so a lost one is
        to be revoked.
      </p>
      <wa-button
        slot="footer"
        appearance="outlined"
        @click=${() => (this.badge = null)}
        data-test="badge-done"
      >
        Done
      </wa-button>
      <wa-button
        slot="footer"
        variant="brand"
        @click=${() => badge && printBadge({ code: badge, name: person.displayName, number: person.number })}
        data-test="print"
      >
        <wa-icon slot="start" name="print"></wa-icon>Print
      </wa-button>
    </wa-dialog>`;
  }

  readonly #setPin = () => {
    this.#make(this.#passes.value?.pin != null, NEW_PIN, async () => {
      this.pin = (await api.setPin(this.person.id)).pin;
    });
  };

  readonly #issueBadge = () => {
    this.#make(this.#passes.value?.badge != null, NEW_BADGE, async () => {
      this.badge = (await api.issueBadge(this.person.id)).code;
    });
  };

  readonly #removePin = () => {
    this.#make(false, NEW_PIN, async () => {
      await api.removePin(this.person.id);
      toast('The PIN was removed');
    });
  };

  readonly #revokeBadge = () => {
    this.#make(false, NEW_BADGE, async () => {
      await api.revokeBadge(this.person.id);
      toast('The badge was revoked');
    });
  };

  #make(ask: boolean, question: Question, act: () => Promise<void>) {
    const run = async () => {
      const dialog = this.renderRoot.querySelector<MusterConfirm>('muster-confirm');
      if (ask && !(await dialog?.ask(question))) return;
      await act();
      this.#passes.refresh();
    };
    run().catch(toastError);
  }
}

const NEW_PIN: Question = {
  title: 'Make a new PIN?',
  text: 'The PIN of today no longer works from then on.',
  act: 'Make a new PIN',
};
const NEW_BADGE: Question = {
  title: 'Make a new badge?',
  text: 'The badge of today no longer works from then on.',
  act: 'Make a new badge',
};

customElements.define('muster-passes-card', MusterPassesCard);
