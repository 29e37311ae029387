/** The sites: where they are, and the rules by which their punches are read. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { SiteView } from '#protocol/sites.ts';
import { currentUrl, navigate, withQuery } from '../../app/navigation.ts';
import { formStyles } from '../../components/form.styles.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { listCard, listStyles } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './site-dialog.ts';
import { approvalRule, breaksText, readingRule } from './site-texts.ts';

export class MusterSites extends MusterElement {
  static override properties = { edited: { state: true } };
  static override styles = [
    shared,
    formStyles,
    listStyles,
    css`
      /* A phone needs the room for the rules. */
      @media (max-width: 45rem) {
        .mark {
          display: none;
        }
      }
    `,
  ];
  declare edited: SiteView | 'new' | null;
  readonly #sites = new Loaded(this, () => allOf((page) => api.sites.list({ query: page }), 'sites'));

  constructor() {
    super();
    this.edited = null;
  }

  /** A link leads to the settings of one site. */
  override updated() {
    const asked = new URLSearchParams(location.search).get('site');
    const site = this.#sites.value?.find(({ id }) => id === asked);
    if (!site) return;
    this.edited = site;
    navigate(withQuery(currentUrl.value, { site: '' }), { replace: true });
  }

  override render() {
    const { value, error } = this.#sites;
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>${msg('Sites')}</h1>
            <p class="quiet">
              ${msg('A site has a time zone, doors and people, and rules that say what a punch at its doors means.')}
            </p>
          </div>
          <wa-button variant="brand" @click=${() => (this.edited = 'new')} data-test="new-site">
            <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a site')}
          </wa-button>
        </div>
        ${listCard(
          { items: value, error },
          {
            empty: nothing,
            table: (sites) =>
              dataTable({
                test: 'sites',
                columns: this.#columns(),
                items: sites,
                key: ({ id }) => id,
                row: ({ id }, cells) =>
                  html`<tr data-test="site" data-site=${id}>
                    ${cells}
                  </tr>`,
              }),
          },
        )}
      </div>
      ${
        this.edited
          ? html`<muster-site
              .site=${this.edited === 'new' ? null : this.edited}
              @done=${this.#done}
            ></muster-site>`
          : nothing
      }`;
  }

  #columns(): Column<SiteView>[] {
    return [
      { label: msg('Name'), cell: name },
      {
        label: msg('What passing a door means'),
        cell: ({ reading, turnsAt }) =>
          html`${readingRule(reading).title}
            <div class="small quiet">${msg(str`Work days turn at ${turnsAt}:00`)}</div>`,
      },
      { label: msg('Breaks'), kind: 'wider', cell: ({ breaks }) => breaksText(breaks) },
      {
        label: msg('Approval of corrections'),
        kind: 'wide',
        cell: ({ approval }) => approvalRule(approval).title,
      },
      { label: msg('Actions'), hiddenLabel: true, kind: 'actions', cell: (site) => this.#actions(site) },
    ];
  }

  #actions(site: SiteView) {
    return html`<div>
      <wa-button size="s" appearance="outlined" href="/plan/holidays?site=${site.id}" data-test="holidays">
        <wa-icon name="calendar" label=${msg(str`Holidays of ${site.name}`)}></wa-icon>
      </wa-button>
      <wa-button size="s" appearance="outlined" @click=${() => (this.edited = site)} data-test="edit">
        <wa-icon name="edit" label=${msg(str`Settings of ${site.name}`)}></wa-icon>
      </wa-button>
    </div>`;
  }

  readonly #done = () => {
    this.edited = null;
    this.#sites.refresh();
  };
}

function name({ name: title, timeZone, default: isDefault }: SiteView) {
  return html`<div class="name">
    <span class="mark"><wa-icon name="site"></wa-icon></span>
    <div>
      <strong>${title}</strong>
      <span class="small quiet">${timeZone}</span>
      ${isDefault ? html`<span class="chip">${msg('Default site')}</span>` : nothing}
    </div>
  </div>`;
}

customElements.define('muster-sites', MusterSites);
