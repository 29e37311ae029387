/** Everyone in Muster, with a search, and whether their face is enrolled. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PersonView, ReenrollmentView } from '#protocol/people.ts';
import { currentUrl, historyPlace, navigate, withQuery } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { allowed } from '../../app/session.ts';
import { loadedDepartments, namesOf } from '../../components/department-field.ts';
import { formStyles } from '../../components/form.styles.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { RowChunks } from '../../components/list-page/row-chunks.ts';
import { searchField } from '../../components/list-page/search-field.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './act-dialog.ts';
import './add-person-dialog.ts';
import { choiceBar, choiceStyles, type PeopleActKind } from './choice-bar.ts';
import {
  filterBar,
  filterQueryOf,
  filterStyles,
  isFiltered,
  type PeopleFilters,
  queryOf,
  readFilters,
} from './people-filters.ts';
import { filesMenu } from './files-menu.ts';
import { PeopleChoice } from './people-choice.ts';
import { personColumns } from './person-columns.ts';
import { noticeStyles, reenrollmentNotice } from './reenrollment-notice.ts';
import { waitingCapturesNotice } from './waiting-captures-notice.ts';

const NO_REENROLLMENT: ReenrollmentView = { people: 0, unrecognized: 0, unreadable: 0 };

export class MusterPeople extends MusterElement {
  static override properties = { adding: { state: true }, acting: { state: true } };
  static override styles = [
    shared,
    formStyles,
    listStyles,
    noticeStyles,
    filterStyles,
    choiceStyles,
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
  declare adding: boolean;
  /** What is being done for everyone who is selected. */
  declare acting: PeopleActKind | null;
  readonly controllers = [new ObservableController(this, currentUrl)];
  #url = currentUrl.value;
  #filters = readFilters(currentUrl.value);
  readonly #searchedAtFirst = this.#filters.search;
  #reenrollment: ReenrollmentView | null = null;
  #total = 0;
  readonly #choice = new PeopleChoice(this);
  readonly #invitations = new Loaded(this, () =>
    allowed('enroll') ? api.enrollmentInvitations.list({ query: { limit: 1 } }) : Promise.resolve(null),
  );
  readonly #departments = loadedDepartments(this);
  readonly #people = new PagedList<PersonView>(
    this,
    async (query) => {
      const filters = queryOf(this.#filters);
      const { search } = filters;
      const first = query.after === undefined;
      const [{ people, next }, reenrollment, total] = await Promise.all([
        api.people.list({ query: { ...filters, ...query } }),
        first ? api.people.reenrollment({ query: { search } }) : this.#reenrollment,
        first ? api.people.count({ query: filterQueryOf(this.#filters) }) : { people: this.#total },
      ]);
      this.#reenrollment = reenrollment;
      this.#total = total.people;
      return { items: people, next };
    },
    historyPlace,
  );
  readonly #chunks = new RowChunks(this, () => this.#people.key);

  constructor() {
    super();
    this.adding = false;
    this.acting = null;
  }

  protected override willUpdate() {
    // On its way to another page, the address is no longer that of this one.
    if (this.#url === currentUrl.value || !/^\/people(\?|$)/.test(currentUrl.value)) return;
    this.#url = currentUrl.value;
    this.#filters = readFilters(currentUrl.value);
    // “All of this list” would mean others.
    this.#choice.setAll(false);
    this.#chunks.reset();
    this.#people.restart();
  }

  override render() {
    const mustReenroll = this.#filters.show === 'reenroll';
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>${msg('People')}</h1>
          <p class="quiet">${msg('Everyone in Muster, and whether their face is enrolled.')}</p>
          <p class="small">
            <a href="/people/departments" data-test="departments">${msg('Departments')}</a>${
              allowed('enroll')
                ? html` ·
                    <a href="/people/invitations" data-test="invitations">${msg('Invitations to enroll')}</a>`
                : nothing
            }
          </p>
        </div>
        <div class="row">
          ${searchField({
            label: msg('Search people'),
            placeholder: msg('Name, number or department'),
            value: this.#searchedAtFirst,
            onSearch: (search) => this.#change({ search }),
          })}
          ${filesMenu(filterQueryOf(this.#filters))}
          ${
            allowed('people:write')
              ? html`<wa-button variant="brand" @click=${() => (this.adding = true)} data-test="add">
                  <wa-icon slot="start" name="user-plus"></wa-icon>${msg('Add a person')}
                </wa-button>`
              : nothing
          }
        </div>
      </div>
      ${filterBar(this.#filters, namesOf(this.#departments), this.#change)}
      ${waitingCapturesNotice(this.#invitations.value?.waiting ?? 0)}
      ${reenrollmentNotice(this.#reenrollment ?? NO_REENROLLMENT, {
        searching: this.#filters.search !== '',
        filtered: mustReenroll,
        toggle: () => this.#change({ show: mustReenroll ? '' : 'reenroll' }),
      })}
      ${listCard(this.#people, {
        empty: mustReenroll ? nothing : this.#empty(),
        table: (people) =>
          dataTable({
            test: 'people',
            columns: [this.#ticks(), ...personColumns()],
            items: people,
            key: ({ id }) => id,
            long: { chunks: this.#chunks, total: this.#total },
            row: ({ id, enrollment, reenroll }, cells, rowIndex) =>
              html`<tr
                aria-rowindex=${rowIndex}
                data-test="person"
                data-person=${id}
                data-enrolled=${enrollment ? 'yes' : 'no'}
                data-reenroll=${reenroll?.why ?? 'no'}
              >
                ${cells}
              </tr>`,
          }),
      })}
      ${
        this.#people.items && this.#people.items.length > 0
          ? choiceBar({
              choice: this.#choice,
              total: this.#total,
              onAct: (kind) => (this.acting = kind),
            })
          : nothing
      }
      ${
        this.acting
          ? html`<muster-people-act
              .kind=${this.acting}
              .chosen=${this.#choice.of(this.#filters)}
              .count=${this.#choice.count(this.#total)}
              @changed=${() => this.#people.refresh()}
              @done=${() => (this.acting = null)}
            ></muster-people-act>`
          : nothing
      }
      ${
        this.adding
          ? html`<muster-add-person @done=${() => (this.adding = false)}></muster-add-person>`
          : nothing
      }
    </div>`;
  }

  /** Whom an act on many is for. */
  #ticks(): Column<PersonView> | null {
    if (!allowed('people:write')) return null;
    const chosen = this.#choice.count(this.#total);
    return {
      label: msg('Select'),
      kind: 'ticks',
      head: html`<label
        ><input
          type="checkbox"
          class="tick"
          aria-label=${msg('Select everyone in this list')}
          .checked=${live(this.#choice.isWhole)}
          .indeterminate=${live(chosen > 0 && !this.#choice.isWhole)}
          @change=${(event: Event) => this.#choice.setAll((event.target as HTMLInputElement).checked)}
          data-test="tick-all"
      /></label>`,
      cell: ({ id, displayName }) =>
        html`<label
          ><input
            type="checkbox"
            class="tick"
            aria-label=${msg(str`Select ${displayName}`)}
            .checked=${live(this.#choice.has(id))}
            @change=${(event: Event) => this.#choice.set(id, (event.target as HTMLInputElement).checked)}
            data-test="tick"
        /></label>`,
    };
  }

  #empty() {
    if (isFiltered(this.#filters)) {
      return emptyState({
        icon: 'users',
        title: msg('No one found'),
        text: msg('Try part of the name or the number, or fewer filters.'),
      });
    }
    return emptyState({
      icon: 'users',
      title: msg('No one yet'),
      text: msg('Add the first person to get started.'),
    });
  }

  /** A change of a filter replaces the address: Back leads to the page before, not through each letter of a search. */
  readonly #change = (change: Partial<PeopleFilters>) => {
    navigate(withQuery(currentUrl.value, change), { replace: true });
  };
}

customElements.define('muster-people', MusterPeople);
