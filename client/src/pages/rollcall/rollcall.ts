/**
 * The page of a warden: everybody who may be in the building, to be ticked off with a thumb. It works without the server, with
 * the last list that it had.
 */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { TickSays } from '#protocol/roll-call-ticks.ts';
import type { RollCallView } from '#protocol/roll-calls.ts';
import { navigate } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { session } from '../../app/session.ts';
import { toastError } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { formStyles } from '../../components/form.styles.ts';
import { searchField } from '../../components/list-page/search-field.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { number, plural } from '../../locales/intl.ts';
import { serveOffline } from '../../offline/page-worker.ts';
import { LiveRollCall } from '../../rollcall/live-roll-call.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';
import { exactDateTime, exactTime, howLong, siteById, stateText, timeAt } from './presence-words.ts';
import { PrintController, type PrintedList } from './printed-list.ts';
import { countTiles, personList, rowsOf, says, type Shown } from './roll-call-list.ts';
import { styles } from './rollcall.styles.ts';

/** The choice of all sites. */
const ALL = 'all';

export class MusterRollCall extends MusterElement {
  static override properties = {
    shown: { state: true },
    search: { state: true },
    site: { state: true },
    busy: { state: true },
  };
  static override styles = [shared, formStyles, styles];
  declare shown: Shown;
  declare search: string;
  /** Where the next roll call is. */
  declare site: string;
  declare busy: boolean;
  #call: LiveRollCall | null = null;
  #observed: ObservableController | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #print = new PrintController(this, () => this.#printed());

  constructor() {
    super();
    this.shown = 'expected';
    this.search = '';
    this.site = ALL;
    this.busy = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#open();
    // How old the list is.
    this.#timer = setInterval(() => this.requestUpdate(), 1_000);
    // A tick is on the disk before it is shown, so a page that nobody looks at may be reloaded.
    serveOffline('/rollcall', () => document.visibilityState === 'hidden').catch(reportUnexpected);
  }

  override disconnectedCallback() {
    if (this.#timer) clearInterval(this.#timer);
    this.#close();
    super.disconnectedCallback();
  }

  #open() {
    const known = session.value;
    if (!known) return;
    const call = new LiveRollCall({ session: known, id: new URLSearchParams(location.search).get('id') });
    this.#call = call;
    const { list, ready, waiting, live, error, presence } = call;
    this.#observed = new ObservableController(this, list, ready, waiting, live, error, presence.view);
    call.open().catch(reportUnexpected);
  }

  #close() {
    this.#observed?.hostDisconnected();
    if (this.#observed) this.removeController(this.#observed);
    this.#call?.close();
    this.#call = null;
  }

  override render() {
    const call = this.#call;
    const view = call?.list.value ?? null;
    const ended = view?.ended ?? null;
    return html`<div class="sheet" data-test="roll-call" data-live=${call?.live.value ?? false}>
      <div class="top">
        <div class="bar">
          <wa-button appearance="plain" href="/presence" ?disabled=${!call?.live.value} data-test="back">
            <wa-icon name="arrow-left" label=${msg('In the building')}></wa-icon>
          </wa-button>
          <h1>${msg('Roll call')}<small>${view ? placeText(view) : nothing}</small></h1>
          ${
            view
              ? html`<wa-button appearance="plain" @click=${() => this.#print.print()} data-test="print">
                    <wa-icon name="print" label=${msg('Print')}></wa-icon>
                  </wa-button>
                  ${
                    ended
                      ? html`<wa-button size="s" @click=${this.#another} data-test="another"
                          >${msg('New roll call')}</wa-button
                        >`
                      : html`<wa-button
                          size="s"
                          appearance="outlined"
                          ?disabled=${!call?.live.value}
                          @click=${this.#end}
                          data-test="end"
                          >${msg('End')}</wa-button
                        >`
                  }`
              : nothing
          }
        </div>
        ${call ? this.#status(call, ended !== null) : nothing} ${alert(call?.error.value ?? null)}
        ${
          view
            ? html`${countTiles(view, this.shown, (shown) => (this.shown = shown))}${searchField({
                label: msg('Search'),
                placeholder: msg('Name, number, department or door'),
                onSearch: (text) => (this.search = text),
              })}`
            : nothing
        }
      </div>
      ${view ? this.#people(view) : call?.ready.value || call?.presence.view.value ? this.#begin(call) : nothing}
      <muster-confirm></muster-confirm>
    </div>`;
  }

  #status({ live, waiting, heardAt }: LiveRollCall, isOver: boolean) {
    const ticks = waiting.value;
    const away = !live.value;
    const lines = [
      away
        ? heardAt === null
          ? msg('Connecting …')
          : msg(str`List of ${exactTime(heardAt)}, server not reachable for ${howLong(Date.now() - heardAt)}`)
        : isOver
          ? msg('This roll call has ended')
          : msg(str`Live · list of ${exactTime(Date.now())}`),
      ticks > 0 &&
        plural(ticks, {
          one: msg('1 tick waits for the server'),
          other: msg(str`${number(ticks)} ticks wait for the server`),
        }),
    ].filter((line) => typeof line === 'string');
    return html`<div
      class="status"
      ?data-away=${away}
      ?data-over=${isOver && !away}
      data-waiting=${ticks}
      data-test="status"
    >
      <wa-icon name=${away ? 'wifi-off' : 'circle-check'}></wa-icon>
      <span>${lines.join(' · ')}</span>
    </div>`;
  }

  #people(view: RollCallView) {
    const rows = rowsOf(view, this.shown, this.search);
    if (rows.length === 0) {
      return html`<p class="empty quiet" data-test="none">
        ${view.people.length === 0 ? msg('Nobody is in the building, as far as the doors know.') : msg('Nobody here.')}
      </p>`;
    }
    return personList({ view, rows, onTick: view.ended ? null : this.#tick });
  }

  /** No roll call is open. */
  #begin(call: LiveRollCall) {
    const presence = call.presence.view.value;
    if (!presence) return nothing;
    const { sites } = presence;
    const people = presence.people.filter(({ siteId }) => this.site === ALL || siteId === this.site).length;
    return html`<div class="card begin" data-test="begin">
      <div>
        <b class="number" data-test="expected">${number(people)}</b>
        <p class="quiet">
          ${plural(people, {
            one: msg('person may be in the building'),
            other: msg('people may be in the building'),
          })}
        </p>
      </div>
      ${
        sites.length > 1
          ? html`<wa-select
              label=${msg('Site')}
              .value=${this.site}
              @change=${(event: Event) => (this.site = (event.target as HTMLSelectElement).value)}
              data-test="site"
            >
              <wa-option value=${ALL}>${msg('All sites')}</wa-option>
              ${sites.map(({ id, name }) => html`<wa-option value=${id}>${name}</wa-option>`)}
            </wa-select>`
          : nothing
      }
      <wa-button variant="brand" size="l" ?loading=${this.busy} @click=${this.#start} data-test="start">
        ${msg('Start roll call')}
      </wa-button>
      <p class="small quiet">
        ${msg('Everybody on the list is ticked off by one or several wardens. The list and the ticks stay in this browser while the server is away.')}
      </p>
    </div>`;
  }

  readonly #tick = (person: string, what: TickSays) => {
    this.#call?.tick(person, what).catch(toastError);
  };

  readonly #start = async () => {
    this.busy = true;
    try {
      await this.#call?.start(this.site === ALL ? null : this.site);
    } catch (error) {
      toastError(error);
    } finally {
      this.busy = false;
    }
  };

  readonly #end = async () => {
    const view = this.#call?.list.value;
    if (!view) return;
    const open = view.people.filter((one) => says(one) === 'open').length;
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg('End this roll call?'),
      text:
        open === 0
          ? msg('Everybody is ticked off.')
          : plural(open, {
              one: msg('1 person is still open.'),
              other: msg(str`${number(open)} people are still open.`),
            }),
      act: msg('End roll call'),
    });
    if (sure) await this.#call?.end().catch(toastError);
  };

  /** The page without an id shows the one that is open, or the start of the next one. */
  readonly #another = () => {
    navigate('/rollcall', { replace: true });
    this.#close();
    this.#open();
    this.requestUpdate();
  };

  #printed(): PrintedList | null {
    const view = this.#call?.list.value;
    if (!view) return null;
    const at = this.#call?.heardAt ?? Date.now();
    return {
      title: msg('Roll call'),
      lines: [placeText(view), msg(str`List of ${exactDateTime(this.#call?.live.value ? Date.now() : at)}`)],
      rows: rowsOf(view, this.shown, this.search).map((one) => {
        const { person, door, since, siteId } = one;
        const zone = siteById(view.sites, siteId)?.timeZone;
        const said = says(one);
        return {
          name: person.displayName,
          number: person.number,
          department: person.department,
          door: door ?? '',
          since: [since && timeAt(since, zone), stateText(one, zone)].filter(Boolean).join(' · '),
          tick: said === 'open' ? null : said,
        };
      }),
    };
  }
}

function placeText({ site, started }: RollCallView): string {
  const at = timeAt(started.at, undefined);
  return `${site ?? msg('All sites')} · ${msg(str`started ${at} by ${started.name}`)}`;
}

customElements.define('muster-roll-call', MusterRollCall);
