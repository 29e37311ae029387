/** Everyone in Muster, with a search, and whether their face is enrolled. */
import { msg } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PersonView, ReenrollmentView } from '#protocol/people.ts';
import { currentUrl, navigate } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { allowed } from '../../app/session.ts';
import { formStyles } from '../../components/form.styles.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { searchField } from '../../components/list-page/search-field.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { personColumns } from './person-columns.ts';
import { noticeStyles, reenrollmentNotice } from './reenrollment-notice.ts';

/** The list of only those who must be enrolled again. */
const FILTERED = '/people?show=reenroll';
const NO_REENROLLMENT: ReenrollmentView = { people: 0, unrecognized: 0, unreadable: 0 };

export class MusterPeople extends MusterElement {
  static override styles = [
    shared,
    formStyles,
    listStyles,
    noticeStyles,
    css`
      .face {
        border-radius: 50%;
        font-weight: 650;
        font-size: 0.875rem;
      }
      @media (max-width: 45rem) {
        .actions wa-icon[slot='start'] {
          margin: 0;
        }
        .actions wa-button::part(label) {
          display: none;
        }
      }
    `,
  ];
  readonly controllers = [new ObservableController(this, currentUrl)];
  #search = '';
  #url = currentUrl.value;
  #reenrollment: ReenrollmentView | null = null;
  readonly #people = new PagedList<PersonView>(this, async (query) => {
    const search = this.#search;
    const filter = currentUrl.value === FILTERED ? ({ reenroll: 'true' } as const) : {};
    const [{ people, next }, reenrollment] = await Promise.all([
      api.people.list({ query: { search, ...filter, ...query } }),
      api.people.reenrollment({ query: { search } }),
    ]);
    this.#reenrollment = reenrollment;
    return { items: people, next };
  });

  protected override willUpdate() {
    if (this.#url === currentUrl.value) return;
    this.#url = currentUrl.value;
    this.#people.restart();
  }

  override render() {
    const filtered = currentUrl.value === FILTERED;
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>${msg('People')}</h1>
          <p class="quiet">${msg('Everyone in Muster, and whether their face is enrolled.')}</p>
        </div>
        ${searchField({
          label: msg('Search people'),
          placeholder: msg('Name, number or department'),
          onSearch: this.#searchFor,
        })}
      </div>
      ${reenrollmentNotice(this.#reenrollment ?? NO_REENROLLMENT, {
        searching: this.#search !== '',
        filtered,
        toggle: () => navigate(filtered ? '/people' : FILTERED, { replace: true }),
      })}
      ${listCard(this.#people, {
        empty: filtered ? nothing : this.#empty(),
        table: (people) =>
          dataTable({
            test: 'people',
            columns: personColumns(),
            items: people,
            key: ({ id }) => id,
            row: ({ id, enrollment, reenroll }, cells) =>
              html`<tr
                data-test="person"
                data-person=${id}
                data-enrolled=${enrollment ? 'yes' : 'no'}
                data-reenroll=${reenroll?.why ?? 'no'}
              >
                ${cells}
              </tr>`,
          }),
      })}
    </div>`;
  }

  #empty() {
    if (this.#search) {
      return emptyState({
        icon: 'users',
        title: msg('No one found'),
        text: msg('Try part of the name or the number.'),
      });
    }
    return emptyState({
      icon: 'users',
      title: msg('No one yet'),
      text: msg('Enroll the first person to get started.'),
      action: allowed('enroll')
        ? html`<wa-button variant="brand" href="/enroll">${msg('Enroll a person')}</wa-button>`
        : nothing,
    });
  }

  readonly #searchFor = (text: string) => {
    this.#search = text;
    this.#people.restart();
  };
}

customElements.define('muster-people', MusterPeople);
