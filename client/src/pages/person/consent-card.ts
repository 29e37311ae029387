/** What a person agreed to and when, and how to withdraw it. Fires `changed` after a withdrawal. */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ConsentMethod, ConsentView } from '#protocol/consents.ts';
import type { PersonView, RemovalView } from '#protocol/people.ts';
import { toastError } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { dateTime } from '../../components/format.ts';
import { languageName } from '../../locales/intl.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { removalText } from './removal-text.ts';

export class MusterConsentCard extends MusterElement {
  static override properties = {
    person: { attribute: false },
    removal: { state: true },
    busy: { state: true },
  };
  static override styles = [
    shared,
    css`
      .removed {
        display: flex;
        gap: 0.75rem;
        padding: 0.9rem 1.1rem;
        border-radius: var(--m-radius);
        background: var(--m-in-soft);
        color: var(--m-in);
        font-weight: 560;
        line-height: 1.5;
      }
      .removed[data-everywhere='no'] {
        background: var(--m-already-soft);
        color: var(--m-already);
      }
      .removed wa-icon {
        font-size: 1.3rem;
        margin-top: 0.1rem;
        flex: none;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 0.75rem;
      }
      li {
        padding-inline-start: 1rem;
        border-inline-start: 3px solid var(--m-line-strong);
      }
      li[data-holds] {
        border-color: var(--m-in);
      }
    `,
  ];
  declare person: PersonView;
  /** The result of the withdrawal made on this page. */
  declare removal: RemovalView | null;
  declare busy: boolean;
  readonly #consents = new Loaded(this, () =>
    allOf((query) => api.consents.list({ params: { id: this.person.id }, query }), 'consents'),
  );

  constructor() {
    super();
    this.removal = null;
    this.busy = false;
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.get('person')) this.#consents.refresh();
  }

  override render() {
    const { consent, enrollment } = this.person;
    return html`<section class="card stack" data-test="consent-card">
        <div class="head">
          <h2>${msg('Consent to face recognition')} ${this.#state()}</h2>
          ${
            consent || enrollment
              ? html`<wa-button
                  size="s"
                  variant="danger"
                  appearance="outlined"
                  ?loading=${this.busy}
                  @click=${this.#withdraw}
                  data-test="withdraw"
                >
                  ${msg('Withdraw consent')}
                </wa-button>`
              : nothing
          }
        </div>
        ${this.removal ? removed(this.removal) : nothing} ${history(this.#consents.value ?? [])}
      </section>
      <muster-confirm></muster-confirm>`;
  }

  #state() {
    const { consent } = this.person;
    if (!consent) {
      return html`<span class="chip" data-test="consent-state">
        ${msg('None', { id: 'consent-none', desc: 'No consent was given' })}
      </span>`;
    }
    return html`<span class="chip ${consent.current ? 'good' : 'warn'}" data-test="consent-state">
      ${consent.current ? msg('Given', { id: 'consent-given' }) : msg('Older consent text')}
    </span>`;
  }

  readonly #withdraw = () => {
    this.#askAndWithdraw().catch(toastError);
  };

  async #askAndWithdraw() {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Withdraw the consent of ${this.person.displayName}?`),
      text: msg(
        'The face templates and their key are deleted immediately and cannot be recovered, and no camera recognizes this person any more. Recorded times are kept. The person can use a PIN or badge instead, and can agree again later.',
      ),
      act: msg('Withdraw consent'),
    });
    if (!sure) return;
    this.busy = true;
    try {
      this.removal = await api.consents.withdraw({ params: { id: this.person.id } });
      this.dispatchEvent(new Event('changed'));
    } finally {
      this.busy = false;
    }
  }
}

function removed(removal: RemovalView) {
  return html`<p
    class="removed"
    role="status"
    data-test="removal"
    data-everywhere=${removal.everywhere ? 'yes' : 'no'}
  >
    <wa-icon name=${removal.everywhere ? 'shield' : 'warning'}></wa-icon>
    <span>${removalText(removal)}</span>
  </p>`;
}

function history(consents: readonly ConsentView[]) {
  if (consents.length === 0) {
    return html`<p class="quiet">
      ${msg('No consent is on record. Without consent, no face data is stored. A PIN or badge works at every station.')}
    </p>`;
  }
  return html`<ol data-test="consent-history">
    ${consents.map(
      (consent) =>
        html`<li ?data-holds=${consent.withdrawnAt === null}>
          ${given(consent)}
          <div class="small quiet">${shownText(consent)}</div>
          ${withdrawn(consent)}
        </li>`,
    )}
  </ol>`;
}

function shownText({ version, language, recordedBy }: ConsentView): string {
  const name = languageName(language);
  return recordedBy === null
    ? msg(str`Text ${version}, ${name} · by invitation`)
    : msg(str`Text ${version}, ${name} · recorded by ${recordedBy}`);
}

function given({ method, givenAt }: ConsentView): string {
  const at = dateTime(givenAt);
  const texts: Record<ConsentMethod, string> = {
    'in-person': msg(str`Agreed in person on ${at}`),
    'on-paper': msg(str`Agreed on paper on ${at}`),
    electronic: msg(str`Agreed in another system on ${at}`),
    self: msg(str`Agreed on their own phone on ${at}`),
  };
  return texts[method];
}

function withdrawn({ withdrawnAt, withdrawnBy }: ConsentView) {
  if (!withdrawnAt) return nothing;
  const at = dateTime(withdrawnAt);
  return html`<div>${msg(str`Withdrawn on ${at}`)}</div>
    ${withdrawnBy ? html`<div class="small quiet">${msg(str`Recorded by ${withdrawnBy}`)}</div>` : nothing}`;
}

customElements.define('muster-consent-card', MusterConsentCard);
