/** The consent texts: the one in force, the draft of the next one, and every text that people ever agreed to. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { ConsentVersionView } from '#protocol/consents.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { dateTime } from '../../components/format.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { languageName, list, number, plural } from '../../locales/intl.ts';
import { allowed } from '../../app/session.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './consent-draft.ts';
import './release-dialog.ts';
import './text-dialog.ts';

export class MusterConsentTexts extends MusterElement {
  static override properties = { releasing: { state: true }, read: { state: true } };
  static override styles = [shared, listStyles];
  declare releasing: boolean;
  /** The version that is shown word for word. */
  declare read: string | null;
  readonly #draft = new Loaded(this, () => api.consentTexts.draft());
  readonly #current = new Loaded(this, () => api.consents.texts());
  readonly #versions = new Loaded(this, () =>
    allOf((query) => api.consentTexts.versions({ query }), 'versions'),
  );

  constructor() {
    super();
    this.releasing = false;
    this.read = null;
  }

  override render() {
    const { value: draft } = this.#draft;
    const { value: current } = this.#current;
    return html`<div class="page" style="max-width: 60rem" data-test="consent-texts">
        <div class="head">
          <div>
            <h1>${msg('Consent texts')}</h1>
            <p class="quiet">
              ${msg('What people read and agree to before their face is enrolled. A text that was released never changes: a change is a new version.')}
            </p>
          </div>
        </div>
        ${alert(this.#draft.error ?? this.#current.error)}
        ${
          draft && current
            ? html`<muster-consent-draft
                .draft=${draft}
                .current=${current}
                @changed=${() => this.#draft.refresh()}
                @release=${() => (this.releasing = true)}
              ></muster-consent-draft>`
            : nothing
        }
        <section class="stack">
          <div>
            <h2>${msg('All versions')}</h2>
            ${draft ? html`<p class="quiet small">${agreedText(draft.people)} ${askedLink(draft.people)}</p>` : nothing}
          </div>
          ${listCard(
            { items: this.#versions.value, error: this.#versions.error },
            {
              empty: emptyState({ icon: 'shield', text: msg('There is no consent text.') }),
              table: (versions) => this.#table(versions),
            },
          )}
        </section>
      </div>
      ${
        this.releasing && draft
          ? html`<muster-consent-release
              .draft=${draft}
              @released=${this.#released}
              @done=${() => (this.releasing = false)}
            ></muster-consent-release>`
          : nothing
      }
      ${
        this.read === null
          ? nothing
          : html`<muster-consent-reading
              .version=${this.read}
              @done=${() => (this.read = null)}
            ></muster-consent-reading>`
      }`;
  }

  #table(versions: readonly ConsentVersionView[]) {
    const columns: Column<ConsentVersionView>[] = [
      { label: msg('Version'), cell: title },
      {
        label: msg('Languages'),
        kind: 'wide',
        cell: ({ languages }) => list(languages.map((language) => languageName(language))),
      },
      { label: msg('Released'), kind: 'wide', cell: release },
      { label: msg('People'), numeric: true, cell: ({ people }) => number(people) },
      {
        label: msg('Actions'),
        hiddenLabel: true,
        kind: 'actions',
        cell: ({ version }) =>
          html`<div>
            <wa-button
              size="s"
              appearance="outlined"
              @click=${() => (this.read = version)}
              data-test="read-version"
              ><span aria-hidden="true">${msg('Read')}</span
              ><span class="sr">${msg(str`Read version ${version}`)}</span></wa-button
            >
          </div>`,
      },
    ];
    return dataTable({
      test: 'versions',
      columns,
      items: versions,
      key: ({ version }) => version,
      row: ({ version, inForce }, cells) =>
        html`<tr data-test="version" data-version=${version} ?data-in-force=${inForce}>
          ${cells}
        </tr>`,
    });
  }

  readonly #released = (event: CustomEvent<ConsentVersionView>) => {
    toast(msg(str`Version ${event.detail.version} is in force`));
    this.#draft.refresh();
    this.#current.refresh();
    this.#versions.refresh();
  };
}

function title({ version, inForce, earlier, releasedBy, since }: ConsentVersionView) {
  return html`<div>
      <strong>${version}</strong>
      ${inForce ? html`<span class="chip good">${msg('In force')}</span>` : nothing}
    </div>
    ${
      earlier === 'valid'
        ? html`<div class="small quiet">${msg('Earlier consents stayed valid')}</div>`
        : nothing
    }
    <div class="narrow small quiet">
      ${releasedBy === null ? msg('From a file') : releasedBy} · ${dateTime(since)}
    </div>`;
}

function release({ since, releasedBy }: ConsentVersionView) {
  return html`${releasedBy === null ? msg('From a file') : releasedBy}
    <div class="small quiet nowrap">${dateTime(since)}</div>`;
}

/** They can be invited there, all at once. */
function askedLink({ older }: { older: number }) {
  if (older === 0 || !allowed('people:read')) return nothing;
  return html`<a href="/people?show=agree-again" data-test="agree-again">${msg('Who must agree again')}</a>`;
}

function agreedText({ agreed, older }: { agreed: number; older: number }): string {
  const counted = plural(agreed, {
    one: msg('1 person has a consent that counts.'),
    other: msg(str`${number(agreed)} people have a consent that counts.`),
  });
  if (older === 0) return counted;
  const asked = plural(older, {
    one: msg('1 person agreed to an earlier text and is to agree again.'),
    other: msg(str`${number(older)} people agreed to an earlier text and are to agree again.`),
  });
  return `${counted} ${asked}`;
}

customElements.define('muster-consent-texts', MusterConsentTexts);
