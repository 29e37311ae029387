/** What the reader agreed to, word for word, and how to withdraw it. Fires `changed` after a withdrawal, and after agreeing to a newer text. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { OwnConsentView, OwnRecordView } from '#protocol/own.ts';
import type { RemovalView } from '#protocol/people.ts';
import { toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { consentText, consentTextStyles } from '../../components/consent-text.ts';
import { dateTime } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { languageName } from '../../locales/intl.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './renew-consent.ts';
import { removalText } from '../person/removal-text.ts';

export class MusterOwnConsents extends MusterElement {
  static override properties = {
    record: { attribute: false },
    removal: { state: true },
    renewing: { state: true },
    busy: { state: true },
  };
  static override styles = [
    shared,
    consentTextStyles,
    css`
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 0.75rem;
      }
      li {
        display: grid;
        gap: 0.3rem;
        padding-inline-start: 1rem;
        border-inline-start: 3px solid var(--m-line-strong);
      }
      .renewal {
        justify-content: space-between;
        padding: 0.8rem 1rem;
        border-radius: var(--m-radius);
        background: var(--m-already-soft);
      }
      li[data-holds] {
        border-color: var(--m-in);
      }
      summary {
        margin-bottom: 0.5rem;
        cursor: pointer;
        color: var(--m-accent);
      }
    `,
  ];
  /** Null for somebody who is suspended or has left: then only what they agreed to is known. */
  declare record: OwnRecordView | null;
  /** The result of the withdrawal made on this page. */
  declare removal: RemovalView | null;
  /** The newer text is being read. */
  declare renewing: boolean;
  declare busy: boolean;
  readonly #consents = new Loaded(this, () => allOf((query) => api.own.consents({ query }), 'consents'));

  constructor() {
    super();
    this.record = null;
    this.removal = null;
    this.renewing = false;
    this.busy = false;
  }

  override render() {
    const { value, error } = this.#consents;
    const holds = value?.some(({ withdrawnAt }) => withdrawnAt === null) ?? false;
    const { consent, face } = this.record ?? { consent: holds ? 'current' : 'none', face: holds };
    return html`<section class="card stack" data-test="own-consent">
        <h2>${msg('Consent to face recognition')} ${stateChip(consent)}</h2>
        ${alert(error)}
        ${this.removal ? html`<p role="status" data-test="removal">${removalText(this.removal)}</p>` : nothing}
        ${value || this.record ? html`<p>${this.#meaning(consent !== 'none' || face)}</p>` : nothing}
        ${consent === 'older' ? this.#renewal() : nothing} ${value ? history(value) : nothing}
        ${
          consent === 'none' && !face
            ? nothing
            : html`<div class="row">
                <wa-button
                  variant="danger"
                  appearance="outlined"
                  ?loading=${this.busy}
                  @click=${this.#withdraw}
                  data-test="withdraw-consent"
                  >${msg('Withdraw consent')}</wa-button
                >
              </div>`
        }
      </section>
      <muster-confirm></muster-confirm>
      ${
        this.renewing
          ? html`<muster-renew-consent
              @agreed=${this.#changed}
              @done=${() => (this.renewing = false)}
            ></muster-renew-consent>`
          : nothing
      }`;
  }

  #renewal() {
    return html`<div class="row renewal" data-test="newer-text">
      <p>${msg('The text has changed since you agreed. Please read the new one.')}</p>
      <wa-button variant="brand" size="s" @click=${() => (this.renewing = true)} data-test="read-newer"
        >${msg('Read the new text')}</wa-button
      >
    </div>`;
  }

  #meaning(holds: boolean): string {
    if (!this.record) {
      return holds
        ? msg(
            'You may withdraw your consent at any time, without giving a reason. Your face data is deleted at once.',
          )
        : msg('There is no consent of yours, and no face data of yours is stored.');
    }
    return holds
      ? msg(
          'You may withdraw your consent at any time, without giving a reason. Your face data is deleted at once, and you check in with your PIN or badge from then on.',
        )
      : msg(
          'You check in with your PIN or badge, and no face data of yours is stored. To be recognized again, ask HR to enroll your face or to send you a link: you will be asked to agree again.',
        );
  }

  readonly #changed = () => {
    this.#consents.refresh();
    this.dispatchEvent(new Event('changed'));
  };

  readonly #withdraw = () => {
    this.#askAndWithdraw().catch(toastError);
  };

  async #askAndWithdraw() {
    const deleted = msg(
      'Your face templates and their key are deleted immediately and cannot be recovered, and no camera recognizes you any more. Recorded times are kept.',
    );
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg('Withdraw your consent?'),
      text: this.record ? `${deleted} ${checkInThen(this.record)}` : deleted,
      act: msg('Withdraw consent'),
    });
    if (!sure) return;
    this.busy = true;
    try {
      this.removal = await api.own.withdrawConsent();
      this.#changed();
    } finally {
      this.busy = false;
    }
  }
}

function checkInThen({ pin, badge }: OwnRecordView): string {
  return pin || badge
    ? msg('From then on you check in with your PIN or badge.')
    : msg('You have neither a PIN nor a badge yet: ask HR for one, so that you can check in from then on.');
}

function stateChip(consent: OwnRecordView['consent']) {
  const texts = {
    none: msg('None', { id: 'consent-none', desc: 'No consent was given' }),
    current: msg('Given', { id: 'consent-given' }),
    older: msg('Older consent text'),
  };
  const kinds = { none: '', current: 'good', older: 'warn' };
  return html`<span class="chip ${kinds[consent]}" data-test="consent-state">${texts[consent]}</span>`;
}

function history(consents: readonly OwnConsentView[]) {
  if (consents.length === 0) return nothing;
  return html`<ol data-test="consent-history">
    ${consents.map(
      ({ version, language, givenAt, withdrawnAt, text }) =>
        html`<li ?data-holds=${withdrawnAt === null}>
          <div>${msg(str`Agreed on ${dateTime(givenAt)}`)}</div>
          ${withdrawnAt ? html`<div>${msg(str`Withdrawn on ${dateTime(withdrawnAt)}`)}</div>` : nothing}
          <details>
            <summary>${msg(str`Read text ${version}, ${languageName(language)}`)}</summary>
            ${consentText({ language, text })}
          </details>
        </li>`,
    )}
  </ol>`;
}

customElements.define('muster-own-consents', MusterOwnConsents);
