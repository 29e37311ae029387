/** PIN and badge of a person: for people who have not agreed to face recognition, or whom the camera does not recognize. */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PassesView } from '#protocol/passes.ts';
import type { PersonView } from '#protocol/people.ts';
import { toast, toastError } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm, Question } from '../../components/confirm-dialog.ts';
import { dateTime } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { badgeDialog, passDialogStyles, pinDialog } from './pass-dialogs.ts';

export class MusterPassesCard extends MusterElement {
  static override properties = { person: { attribute: false }, pin: { state: true }, badge: { state: true } };
  static override styles = [
    shared,
    passDialogStyles,
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
    `,
  ];
  declare person: PersonView;
  /** The new PIN and the code of the new badge while they are shown; null otherwise. */
  declare pin: string | null;
  declare badge: string | null;
  readonly #passes = new Loaded(this, () => api.passes.get({ params: { id: this.person.id } }));

  constructor() {
    super();
    this.pin = null;
    this.badge = null;
  }

  override render() {
    const { person } = this;
    const { value } = this.#passes;
    return html`<section class="card stack" data-test="passes-card">
        <div>
          <h2>${msg('Other ways to check in')}</h2>
          <p class="quiet">
            ${msg('They work at every station: people tap “Not recognized? Use your number”.')}
          </p>
        </div>
        <div class="passes">
          <div class="pass">
            <h3><wa-icon name="keypad"></wa-icon>${msg('PIN')}</h3>
            <p class="quiet" data-test="pin-state">${pinText(person, value?.pin ?? null)}</p>
            <div class="row">
              <wa-button size="s" appearance="outlined" @click=${this.#setPin} data-test="set-pin">
                ${value?.pin ? msg('New PIN') : msg('Create PIN')}
              </wa-button>
              ${
                value?.pin
                  ? html`<wa-button
                      size="s"
                      appearance="plain"
                      @click=${this.#removePin}
                      data-test="remove-pin"
                    >
                      ${msg('Remove')}
                    </wa-button>`
                  : nothing
              }
            </div>
          </div>
          <div class="pass">
            <h3><wa-icon name="qr-code"></wa-icon>${msg('Badge')}</h3>
            <p class="quiet" data-test="badge-state">${badgeStateText(value?.badge ?? null)}</p>
            <div class="row">
              <wa-button size="s" appearance="outlined" @click=${this.#issueBadge} data-test="issue-badge">
                ${value?.badge ? msg('New badge') : msg('Create badge')}
              </wa-button>
              ${
                value?.badge
                  ? html`<wa-button
                      size="s"
                      appearance="plain"
                      @click=${this.#revokeBadge}
                      data-test="revoke-badge"
                    >
                      ${msg('Revoke')}
                    </wa-button>`
                  : nothing
              }
            </div>
          </div>
        </div>
      </section>
      ${pinDialog(person, this.pin, () => (this.pin = null))}
      ${badgeDialog(person, this.badge, () => (this.badge = null))}<muster-confirm></muster-confirm>`;
  }

  readonly #setPin = () => {
    this.#run(this.#passes.value?.pin ? newPinQuestion() : null, async () => {
      this.pin = (await api.passes.setPin({ params: { id: this.person.id } })).pin;
    });
  };

  readonly #issueBadge = () => {
    this.#run(this.#passes.value?.badge ? newBadgeQuestion() : null, async () => {
      this.badge = (await api.passes.issueBadge({ params: { id: this.person.id } })).code;
    });
  };

  readonly #removePin = () => {
    this.#run(null, async () => {
      await api.passes.removePin({ params: { id: this.person.id } });
      toast(msg('The PIN was removed'));
    });
  };

  readonly #revokeBadge = () => {
    this.#run(null, async () => {
      await api.passes.revokeBadge({ params: { id: this.person.id } });
      toast(msg('The badge was revoked'));
    });
  };

  /** @param question asked first; null where nothing is lost */
  #run(question: Question | null, act: () => Promise<void>) {
    const run = async () => {
      const dialog = this.renderRoot.querySelector<MusterConfirm>('muster-confirm');
      if (question && !(await dialog?.ask(question))) return;
      await act();
      this.#passes.refresh();
    };
    run().catch(toastError);
  }
}

function pinText({ displayName, number }: PersonView, pin: PassesView['pin']): string {
  if (!pin) return msg(str`No PIN. With a PIN, ${displayName} enters the number ${number} and six digits.`);
  const set = dateTime(pin.setAt);
  if (!pin.lockedUntil) return msg(str`Set on ${set}.`);
  const until = dateTime(pin.lockedUntil);
  return msg(str`Set on ${set}. Locked until ${until} after wrong attempts; a new PIN unlocks it.`);
}

function badgeStateText(badge: PassesView['badge']): string {
  if (!badge) return msg('No badge. A badge is a printed code that the camera of a station reads.');
  const issued = dateTime(badge.issuedAt);
  return msg(str`Created on ${issued}.`);
}

function newPinQuestion(): Question {
  return {
    title: msg('Create a new PIN?'),
    text: msg('The current PIN stops working immediately.'),
    act: msg('Create new PIN'),
  };
}

function newBadgeQuestion(): Question {
  return {
    title: msg('Create a new badge?'),
    text: msg('The current badge stops working immediately.'),
    act: msg('Create new badge'),
  };
}

customElements.define('muster-passes-card', MusterPassesCard);
