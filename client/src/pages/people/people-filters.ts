/** The filters and the order of the list of people, kept in the address of the page. */
import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { PEOPLE_SORTS, PERSON_STATUSES, type PeopleSort } from '#protocol/people.ts';
import { departmentField } from '../../components/department-field.ts';
import { statusText } from '../person/status-text.ts';

const FACES = ['enrolled', 'missing', 'reenroll', 'look-alike', 'agree-again'] as const;
type Face = (typeof FACES)[number];

/** Blank where nothing is filtered. */
export interface PeopleFilters {
  search: string;
  department: string;
  status: string;
  show: string;
  sort: string;
}

export const filterStyles = css`
  .filters {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 0.75rem;
  }
  .filters wa-select {
    width: 12rem;
  }
  @media (max-width: 45rem) {
    .filters > * {
      flex: 1 1 9rem;
    }
    .filters wa-select {
      width: auto;
    }
  }
`;

/** What an unknown value of somebody's own address would filter is left out. */
export function readFilters(url: string): PeopleFilters {
  const given = new URLSearchParams(url.split('?')[1] ?? '');
  const known = (name: string, values: readonly string[]) =>
    values.find((value) => value === given.get(name)) ?? '';
  return {
    search: (given.get('search') ?? '').slice(0, 200),
    department: (given.get('department') ?? '').slice(0, 80),
    status: known('status', PERSON_STATUSES),
    show: known('show', FACES),
    sort: known('sort', PEOPLE_SORTS),
  };
}

/** As the query of `people.list`. */
export function queryOf({ sort, ...filters }: PeopleFilters) {
  return {
    ...filterQueryOf(filters),
    ...(sort && { sort: PEOPLE_SORTS.find((one) => one === sort) }),
  };
}

/** The same without an order, as the query of `people.file`. */
export function filterQueryOf({ search, department, status, show }: Omit<PeopleFilters, 'sort'>) {
  const faces: Record<Face, object> = {
    enrolled: { enrolled: 'true' },
    missing: { enrolled: 'false' },
    reenroll: { reenroll: 'true' },
    'look-alike': { lookAlike: 'true' },
    'agree-again': { agreeAgain: 'true' },
  };
  return {
    search,
    ...(department && { department }),
    ...(status && { status: PERSON_STATUSES.find((one) => one === status) }),
    ...(show &&
      (faces[show as Face] as {
        enrolled?: 'true' | 'false';
        reenroll?: 'true';
        lookAlike?: 'true';
        agreeAgain?: 'true';
      })),
  };
}

export function isFiltered({ search, department, status, show }: PeopleFilters): boolean {
  return [search, department, status, show].some((value) => value !== '');
}

export function filterBar(
  filters: PeopleFilters,
  departments: readonly string[],
  change: (change: Partial<PeopleFilters>) => void,
): TemplateResult {
  const faces: Record<Face, string> = {
    enrolled: msg('Enrolled'),
    missing: msg('Not enrolled'),
    reenroll: msg('Enroll again'),
    'look-alike': msg('Look-alikes'),
    'agree-again': msg('Must agree again'),
  };
  const sorts: Record<PeopleSort, string> = {
    name: msg('Family name'),
    number: msg('Employee number'),
    department: msg('Department'),
    newest: msg('Newest first'),
  };
  const choice = (name: keyof PeopleFilters, label: string, blank: string, texts: [string, string][]) =>
    html`<wa-select
      size="s"
      label=${label}
      placeholder=${blank}
      .value=${filters[name]}
      ?with-clear=${name !== 'sort'}
      @change=${(event: Event) => change({ [name]: (event.target as HTMLSelectElement).value ?? '' })}
      data-test="filter-${name}"
    >
      ${texts.map(([value, text]) => html`<wa-option value=${value}>${text}</wa-option>`)}
    </wa-select>`;
  return html`<div class="filters" role="group" aria-label=${msg('Filters')}>
    ${departmentField({
      departments,
      value: filters.department,
      size: 's',
      placeholder: msg('All', { id: 'filter-all', desc: 'No filter' }),
      test: 'filter-department',
      onChange: (department) => change({ department }),
    })}
    ${choice(
      'status',
      msg('Status'),
      msg('All', { id: 'filter-all', desc: 'No filter' }),
      PERSON_STATUSES.map((status) => [status, statusText(status)]),
    )}
    ${choice('show', msg('Face and consent'), msg('All', { id: 'filter-all', desc: 'No filter' }), Object.entries(faces))}
    ${choice('sort', msg('Sorted by'), sorts.name, Object.entries(sorts))}
  </div>`;
}
