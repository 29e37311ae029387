/** The holidays of a site in a year. Both are in the address, so that Back works and a link can be sent. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyValues } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { HolidayView } from '#protocol/holidays.ts';
import type { SiteView } from '#protocol/sites.ts';
import { currentUrl, navigate, withQuery } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { allowed } from '../../app/session.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { Loaded } from '../../components/loaded.ts';
import { monthChoiceStyles } from '../../components/month-choice.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { pageLinksStyles } from '../../components/page-links.ts';
import { siteField } from '../../components/site-field.ts';
import { yearChoice, yearOfAddress } from '../../components/year-choice.ts';
import { countryName } from '../../locales/intl.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { filterStyles } from '../people/people-filters.ts';
import { regionName } from '../sites/place-fields.ts';
import { today } from './date-text.ts';
import { editButtons } from './edit-buttons.ts';
import './holiday-dialog.ts';
import './holiday-import.ts';
import { dayOfYearText, dayText, offText, sourceText } from './holiday-text.ts';
import { planLinks } from './plan-links.ts';

export class MusterHolidays extends MusterElement {
  static override properties = { edited: { state: true }, importing: { state: true } };
  static override styles = [
    shared,
    listStyles,
    monthChoiceStyles,
    pageLinksStyles,
    filterStyles,
    css`
      .months strong {
        min-width: 4rem;
      }
      .filters wa-select {
        width: 20rem;
        max-width: 100%;
      }
    `,
  ];
  declare edited: HolidayView | 'new' | null;
  declare importing: boolean;
  readonly controllers = [new ObservableController(this, currentUrl)];
  readonly #places = new Loaded(this, async () => (await api.holidayPlaces.get()).countries);
  readonly #sites = new Loaded(this, () => allOf((page) => api.sites.list({ query: page }), 'sites'));
  readonly #list = new PagedList<HolidayView>(this, async (query) => {
    const { year, site } = this.#address;
    const span = { from: `${year}-01-01`, to: `${year}-12-31` };
    const { holidays, next } = await api.holidays.list({
      query: { ...query, ...span, ...(site && { site }) },
    });
    return { items: holidays, next };
  });
  /** The site and the year that were asked for last. */
  #asked = '';

  constructor() {
    super();
    this.edited = null;
    this.importing = false;
  }

  get #address() {
    const parameters = new URLSearchParams(location.search);
    const asked = parameters.get('site') ?? '';
    return { year: yearOfAddress(parameters), site: /^[\da-f-]{36}$/.test(asked) ? asked : '' };
  }

  override willUpdate(_changed: PropertyValues<this>) {
    const asked = Object.values(this.#address).join('/');
    if (asked === this.#asked) return;
    // The first ones are asked for by the controller.
    if (this.#asked !== '') this.#list.restart();
    this.#asked = asked;
  }

  /** The site of the page; null until the sites have arrived. */
  get #site(): SiteView | null {
    const { site } = this.#address;
    const sites = this.#sites.value ?? [];
    return sites.find(({ id }) => id === site) ?? sites.find((one) => one.default) ?? null;
  }

  get #hasSites(): boolean {
    return (this.#sites.value?.length ?? 0) > 1;
  }

  override render() {
    const site = this.#site;
    const writes = allowed('schedules:write') && site !== null;
    return html`<div class="page" data-test="holidays-page">
        <div class="head">
          <div>
            <h1>${msg('Holidays')}</h1>
            <p class="quiet">
              ${msg('On a holiday nothing is planned and no vacation day is taken, except in rotas that are worked on holidays too.')}
            </p>
          </div>
          <div class="row">
            ${yearChoice(this.#address.year, (year) => this.#go({ year: String(year) }))}
            ${
              writes
                ? html`<wa-button
                      appearance="outlined"
                      @click=${() => (this.importing = true)}
                      data-test="import-holidays"
                    >
                      <wa-icon slot="start" name="upload"></wa-icon>${msg('Import a calendar file')}
                    </wa-button>
                    <wa-button variant="brand" @click=${() => (this.edited = 'new')} data-test="add-holiday">
                      <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a holiday')}
                    </wa-button>`
                : nothing
            }
          </div>
        </div>
        ${planLinks('/plan/holidays')} ${alert(this.#sites.error)} ${this.#filters(site)}
        ${site ? this.#place(site) : nothing}
        ${listCard(this.#list, {
          empty: emptyState({
            icon: 'calendar',
            text: msg('No holiday in this year.'),
            test: 'no-holidays',
          }),
          table: (items) =>
            dataTable({
              test: 'holidays',
              columns: this.#columns(),
              items,
              key: ({ id, date }) => id ?? date,
              row: ({ date, name, off, source }, cells) =>
                html`<tr
                  data-test="holiday"
                  data-date=${date}
                  data-name=${name}
                  data-off=${off}
                  data-source=${source}
                >
                  ${cells}
                </tr>`,
            }),
        })}
      </div>
      ${site ? this.#dialogs(site) : nothing}<muster-confirm></muster-confirm>`;
  }

  #filters(site: SiteView | null) {
    if (!site || !this.#hasSites) return nothing;
    return html`<div class="filters" role="group" aria-label=${msg('Filters')}>
      ${siteField(this.#sites.value ?? [], site.id, '', (id) => this.#go({ site: id }))}
    </div>`;
  }

  /** Where the public holidays come from. */
  #place({ id, name, country, region }: SiteView) {
    const link = allowed('settings:write')
      ? html` <a href="/sites?site=${id}" data-test="site-settings"
          >${country === null ? msg('Set the country') : msg('Change')}</a
        >`
      : nothing;
    return html`<p class="small quiet" data-test="place">
      ${
        country === null
          ? msg(str`${name} has no country yet, so there are no public holidays here.`)
          : msg(
              str`Public holidays: ${[countryName(country), regionName(this.#places.value ?? [], { country, region })].filter(Boolean).join(', ')}.`,
            )
      }${link}
    </p>`;
  }

  #columns(): (Column<HolidayView> | null)[] {
    return [
      {
        label: msg('Date'),
        cell: ({ date }) => html`<span class="nowrap number">${dayOfYearText(date)}</span>`,
      },
      {
        label: msg('Name'),
        cell: (holiday) =>
          html`<strong>${holiday.name}</strong>
            <div class="narrow small quiet">
              ${offText(holiday.off).title} · ${sourceText(holiday, this.#hasSites)}
            </div>`,
      },
      {
        label: msg('What is free'),
        kind: 'wide',
        cell: ({ off }) =>
          html`<span class="chip ${off === 'nothing' ? 'warn' : 'info'}">${offText(off).title}</span>`,
      },
      {
        label: msg('Source'),
        kind: 'wide',
        cell: (holiday) => html`<span class="quiet">${sourceText(holiday, this.#hasSites)}</span>`,
      },
      allowed('schedules:write')
        ? {
            label: msg('Actions'),
            hiddenLabel: true,
            kind: 'actions',
            cell: (holiday) => this.#actions(holiday),
          }
        : null,
    ];
  }

  #actions(holiday: HolidayView) {
    const { id, version, date, name } = holiday;
    return editButtons(`${name}, ${dayText(date)}`, {
      onEdit: () => (this.edited = holiday),
      // A public one is replaced by one on which is worked.
      ...(id !== null && version !== null && { onRemove: () => this.#remove(holiday, { id, version }) }),
    });
  }

  #dialogs(site: SiteView) {
    const { edited, importing } = this;
    const { year } = this.#address;
    const now = today();
    return html`${
      edited
        ? html`<muster-holiday
            .holiday=${edited === 'new' ? null : edited}
            .site=${site}
            .hasSites=${this.#hasSites}
            .date=${now.startsWith(String(year)) ? now : `${year}-01-01`}
            @done=${this.#done}
          ></muster-holiday>`
        : nothing
    }${
      importing
        ? html`<muster-holiday-import
            .site=${site}
            .hasSites=${this.#hasSites}
            .year=${year}
            @done=${this.#done}
          ></muster-holiday-import>`
        : nothing
    }`;
  }

  #go(change: Record<string, string>) {
    navigate(withQuery(currentUrl.value, change));
  }

  readonly #done = () => {
    this.edited = null;
    this.importing = false;
    this.#list.refresh();
  };

  async #remove({ name, date }: HolidayView, { id, version }: { id: string; version: string }) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Remove ${name}?`),
      text: msg(
        str`${dayText(date)} is planned as usual again. If it took the place of a public holiday, that one counts again.`,
      ),
      act: msg('Remove'),
    });
    if (!sure) return;
    await api.holidays.remove({ params: { id }, version });
    toast(msg(str`${name} was removed`));
    this.#list.refresh();
  }
}

customElements.define('muster-holidays', MusterHolidays);
