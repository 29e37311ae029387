/** Who is in the building now: by department or site, with door and time. The server pushes every change. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PresenceView, PresentView } from '#protocol/roll-calls.ts';
import { currentUrl, navigate, withQuery } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { account, allowed } from '../../app/session.ts';
import { toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { formStyles } from '../../components/form.styles.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listStyles } from '../../components/list-page/list-card.ts';
import { searchField } from '../../components/list-page/search-field.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { collator, number, plural } from '../../locales/intl.ts';
import { LivePresence } from '../../rollcall/live-presence.ts';
import { PresenceLink } from '../../rollcall/presence-link.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { exactDateTime, exactTime, folded, siteById, stateText, timeAt } from '../rollcall/presence-words.ts';
import { PrintController, type PrintedList } from '../rollcall/printed-list.ts';
import { groupBy } from '../../session/group-by.ts';

const GROUPS = ['department', 'site'] as const;
type Grouping = (typeof GROUPS)[number];

interface Group {
  name: string;
  people: PresentView[];
}

export class MusterPresence extends MusterElement {
  static override properties = { busy: { state: true } };
  static override styles = [
    shared,
    formStyles,
    listStyles,
    css`
      .group {
        padding: 1rem 1.1rem 0.6rem;
      }
      /* The columns of all groups stand below each other. */
      table {
        table-layout: fixed;
      }
      th:first-child {
        width: 42%;
      }
      .filters {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem;
        align-items: center;
        justify-content: space-between;
      }
      .doubt {
        color: var(--m-already);
        font-weight: 600;
      }
    `,
  ];
  declare busy: boolean;
  /** When the server was heard last, epoch ms of this browser. */
  #heardAt: number | null = null;
  readonly #presence = new LivePresence();
  readonly #link = new PresenceLink({
    onLive: () => this.#presence.refresh(),
    onPresence: () => this.#presence.refresh(),
    onRollCall: () => this.#presence.refresh(),
  });
  readonly controllers = [
    new ObservableController(this, currentUrl, this.#presence.view, this.#presence.error, this.#link.live),
  ];
  readonly #print = new PrintController(this, () => this.#printed());
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor() {
    super();
    this.busy = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#presence.refresh();
    this.#link.open();
    this.#timer = setInterval(() => this.requestUpdate(), 1_000);
  }

  override disconnectedCallback() {
    if (this.#timer) clearInterval(this.#timer);
    this.#link.close();
    super.disconnectedCallback();
  }

  override render() {
    const view = this.#presence.view.value;
    const live = this.#link.live.value;
    if (live) this.#heardAt = Date.now();
    const count = view?.people.length ?? 0;
    return html`<div class="page" data-test="presence-page" data-live=${live} data-count=${count}>
      <div class="head">
        <div>
          <h1>${msg('In the building')}</h1>
          <p class="quiet" data-test="presence-status">
            ${view ? countText(view) : ' '} ${this.#ageText(live)}
          </p>
        </div>
        <div class="row">
          <wa-button
            appearance="outlined"
            ?disabled=${count === 0}
            @click=${() => this.#print.print()}
            data-test="print"
          >
            <wa-icon slot="start" name="print"></wa-icon>${msg('Print')}
          </wa-button>
          ${allowed('rollcalls:run') && view ? this.#rollCallButton(view) : nothing}
        </div>
      </div>
      ${alert(view ? null : this.#presence.error.value)}
      ${alert(
        account()?.role === 'manager' && !account()?.department
          ? msg(
              'Your account has no department yet, so it shows nobody. Ask an owner to enter one under Accounts.',
            )
          : null,
      )}
      ${view && count > 0 ? this.#list(view) : view ? nobody() : nothing}
    </div>`;
  }

  #ageText(live: boolean) {
    const heard = this.#heardAt;
    if (live || heard === null) return nothing;
    return html`· <span class="doubt">${msg(str`list of ${exactTime(heard)}, server not reachable`)}</span>`;
  }

  #rollCallButton({ rollCalls, sites }: PresenceView): TemplateResult {
    const [open] = rollCalls;
    if (open) {
      const zone = siteById(sites, open.siteId)?.timeZone;
      return html`<wa-button variant="danger" href="/rollcall?id=${open.id}" data-test="roll-call-open">
        <wa-icon slot="start" name="roll-call"></wa-icon
        >${msg(str`Roll call since ${timeAt(open.startedAt, zone)}`)}
      </wa-button>`;
    }
    return html`<wa-button
      variant="brand"
      ?loading=${this.busy}
      @click=${() => this.#rollCall(sites.length)}
      data-test="roll-call-start"
    >
      <wa-icon slot="start" name="roll-call"></wa-icon>${msg('Roll call')}
    </wa-button>`;
  }

  /** One site: at once. Several: the page of the roll call asks which. */
  async #rollCall(sites: number) {
    if (sites > 1) {
      navigate('/rollcall');
      return;
    }
    this.busy = true;
    try {
      const { id } = await api.rollCalls.start({ body: { siteId: null } });
      navigate(`/rollcall?id=${id}`);
    } catch (error) {
      toastError(error);
    } finally {
      this.busy = false;
    }
  }

  #list(view: PresenceView) {
    const { search, grouping } = address();
    const found = matching(view, search);
    return html`<div class="filters">
        ${searchField({
          label: msg('Search'),
          placeholder: msg('Name, number, department or door'),
          value: search,
          onSearch: (text) => goTo({ search: text }),
        })}
        ${
          view.sites.length > 1
            ? html`<div class="row" role="group" aria-label=${msg('Group by')}>
                ${GROUPS.map(
                  (one) =>
                    html`<wa-button
                      size="s"
                      appearance=${one === grouping ? 'filled' : 'outlined'}
                      aria-pressed=${one === grouping ? 'true' : 'false'}
                      @click=${() => goTo({ group: one === GROUPS[0] ? '' : one })}
                      data-test="group-${one}"
                    >
                      ${one === 'department' ? msg('By department') : msg('By site')}
                    </wa-button>`,
                )}
              </div>`
            : nothing
        }
      </div>
      ${
        found.length === 0
          ? emptyState({ icon: 'search', text: msg('Nobody in the building matches.') })
          : groupsOf(view, found, grouping).map(
              ({ name, people }) =>
                html`<section class="card flush" data-test="presence-group" data-group=${name}>
                  <h2 class="group">${name} <span class="quiet number">${number(people.length)}</span></h2>
                  ${dataTable({
                    test: 'presence',
                    columns: columns(view, grouping),
                    items: people,
                    key: ({ person }) => person.id,
                    row: ({ person }, cells) =>
                      html`<tr data-test="present" data-person=${person.id}>
                        ${cells}
                      </tr>`,
                  })}
                </section>`,
            )
      }`;
  }

  #printed(): PrintedList | null {
    const view = this.#presence.view.value;
    if (!view) return null;
    const at = this.#heardAt ?? Date.parse(view.at);
    return {
      title: msg('In the building'),
      lines: [view.sites.map(({ name }) => name).join(', '), msg(str`List of ${exactDateTime(at)}`)],
      rows: matching(view, address().search).map((one) => {
        const zone = siteById(view.sites, one.siteId)?.timeZone;
        return {
          name: one.person.displayName,
          number: one.person.number,
          department: one.person.department,
          door: one.door ?? '',
          since: [timeAt(one.since, zone), stateText(one, zone)].filter(Boolean).join(' · '),
          tick: null,
        };
      }),
    };
  }
}

function address(): { search: string; grouping: Grouping } {
  const given = new URLSearchParams(currentUrl.value.split('?')[1] ?? '');
  const grouping = GROUPS.find((one) => one === given.get('group')) ?? 'department';
  return { search: (given.get('search') ?? '').slice(0, 200), grouping };
}

function goTo(change: Record<string, string>) {
  navigate(withQuery(currentUrl.value, change), { replace: true });
}

function matching({ people }: PresenceView, search: string): PresentView[] {
  const wanted = folded(search);
  return people.filter(({ person, door }) =>
    [person.displayName, person.number, person.department, door ?? ''].some((text) =>
      folded(text).includes(wanted),
    ),
  );
}

function groupsOf({ sites }: PresenceView, people: readonly PresentView[], grouping: Grouping): Group[] {
  const nameOf = ({ person, siteId }: PresentView) =>
    grouping === 'site' ? (siteById(sites, siteId)?.name ?? '') : person.department;
  const groups = groupBy(people, nameOf);
  const order = collator();
  return [...groups]
    .toSorted(([a], [b]) => Number(a === '') - Number(b === '') || order.compare(a, b))
    .map(([name, of]) => ({ name: name === '' ? msg('No department') : name, people: of }));
}

function columns({ sites }: PresenceView, grouping: Grouping): (Column<PresentView> | null)[] {
  const zoneOf = ({ siteId }: PresentView) => siteById(sites, siteId)?.timeZone;
  return [
    {
      label: msg('Name'),
      cell: ({ person }) =>
        html`<div class="name">
          <div>
            <strong>${nameLink(person)}</strong><span class="small quiet number">${person.number}</span>
          </div>
        </div>`,
    },
    grouping === 'site'
      ? { label: msg('Department'), kind: 'wide', cell: ({ person }) => person.department }
      : sites.length > 1
        ? { label: msg('Site'), kind: 'wide', cell: ({ siteId }) => siteById(sites, siteId)?.name ?? '' }
        : null,
    { label: msg('Door'), cell: ({ door }) => door ?? msg('Added by hand') },
    {
      label: msg('Since'),
      cell: (one) => {
        const doubt = stateText(one, zoneOf(one));
        return html`<span class="nowrap number">${timeAt(one.since, zoneOf(one))}</span>${
            doubt ? html`<div class="small doubt">${doubt}</div>` : nothing
          }`;
      },
    },
  ];
}

function nameLink({ id, displayName }: PresentView['person']) {
  return allowed('people:read') ? html`<a href="/people/${id}">${displayName}</a>` : displayName;
}

function countText({ people }: PresenceView): string {
  const count = people.length;
  const doubtful = people.filter(({ state }) => state === 'uncertain').length;
  const all = plural(count, {
    one: msg('1 person may be in the building'),
    other: msg(str`${number(count)} people may be in the building`),
  });
  if (doubtful === 0 || count === 0) return all;
  return `${all} · ${msg(str`uncertain: ${number(doubtful)}`)}`;
}

function nobody() {
  return html`<div class="card flush">
    ${emptyState({
      icon: 'door',
      title: msg('Nobody is in the building'),
      text: msg('People appear here as soon as they have come through a door.'),
      test: 'presence-empty',
    })}
  </div>`;
}

customElements.define('muster-presence', MusterPresence);
