/** What a person agreed to and when, and how to take it back. Fires `changed` after a withdrawal. */
import { LitElement, html, css, nothing } from 'lit';
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
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { removalWords } from './removal-words.ts';

const METHODS: Record<ConsentMethod, string> = {
  'in-person': 'in person',
  'on-paper': 'on paper',
  electronic: 'in another system',
};

export class MusterConsentCard extends LitElement {
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
  /** What the withdrawal made here came to. */
  declare removal: RemovalView | null;
  declare busy: boolean;
  readonly #consents = new Loaded(this, async () => (await api.consents(this.person.id)).consents);

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
    const state = consent
      ? html`<span class="chip ${consent.current ? 'good' : 'warn'}" data-test="consent-state">
          ${consent.current ? 'Given' : 'Given to an older text'}
        </span>`
      : html`<span class="chip" data-test="consent-state">None</span>`;
    const { removal } = this;
    return html`<section class="card stack" data-test="consent-card">
        <div class="head">
          <h2>Consent to face recognition ${state}</h2>
          ${
            consent || enrollment
              ? html`<wa-button
                  size="s"
                  variant="danger"
                  appearance="outlined"
                  ?loading=${this.busy}
                  @click=${this.#withdraw}
                  data-test="withdraw"
                  >Withdraw consent</wa-button
                >`
              : nothing
          }
        </div>
        ${
          removal
            ? html`<p
                class="removed"
                role="status"
                data-test="removal"
                data-everywhere=${removal.everywhere ? 'yes' : 'no'}
              >
                <wa-icon name=${removal.everywhere ? 'shield' : 'warning'}></wa-icon>
                <span>${removalWords(removal)}</span>
              </p>`
            : nothing
        }
        ${this.#history(this.#consents.value ?? [])}
      </section>
      <muster-confirm></muster-confirm>`;
  }

  #history(consents: readonly ConsentView[]) {
    if (consents.length === 0) {
      return html`<p class="quiet">
        Nothing is on record. Without consent no face is stored; a PIN or a badge works at every station.
      </p>`;
    }
    return html`<ol data-test="consent-history">
      ${consents.map(
        (consent) =>
          html`<li ?data-holds=${consent.withdrawnAt === null}>
            Agreed on ${dateTime(consent.givenAt)}, ${METHODS[consent.method]}
            <div class="small quiet">
              Text ${consent.version}, ${languageName(consent.language)} · recorded by ${consent.recordedBy}
            </div>
            ${
              consent.withdrawnAt
                ? html`<div>
                    Withdrawn on ${dateTime(consent.withdrawnAt)}
                    <span class="small quiet">· recorded by ${consent.withdrawnBy}</span>
                  </div>`
                : nothing
            }
          </li>`,
      )}
    </ol>`;
  }

  readonly #withdraw = () => {
    this.#askAndWithdraw().catch(toastError);
  };

  async #askAndWithdraw() {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: `Withdraw the consent of ${this.person.displayName}?`,
      text: 'The face templates and their key are destroyed at once and for good, and no camera recognizes this person any more. Times recorded so far stay. The person can punch by PIN or badge, and can agree again later.',
      act: 'Withdraw consent',
    });
    if (!sure) return;
    this.busy = true;
    try {
      this.removal = await api.withdrawConsent(this.person.id);
      this.dispatchEvent(new Event('changed'));
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('muster-consent-card', MusterConsentCard);
