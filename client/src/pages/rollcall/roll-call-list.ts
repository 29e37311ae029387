/** The list of a roll call: counts that are filters, and one row for each person. */
import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { TickSays } from '#protocol/roll-call-ticks.ts';
import type { ListedView, RollCallView } from '#protocol/roll-calls.ts';
import { number } from '../../locales/intl.ts';
import { folded, siteById, stateText, timeAt } from './presence-words.ts';

/** Which rows are shown. */
const SHOWN = ['expected', 'safe', 'missing', 'open'] as const;
export type Shown = (typeof SHOWN)[number];

export function says({ tick }: ListedView): 'safe' | 'missing' | 'open' {
  return tick === null || tick.says === 'cleared' ? 'open' : tick.says;
}

/** The people of these rows who match a search. */
export function rowsOf({ people }: RollCallView, shown: Shown, search: string): ListedView[] {
  const wanted = folded(search);
  return people.filter((one) => {
    if (shown !== 'expected' && says(one) !== shown) return false;
    if (wanted === '') return true;
    const { displayName, number: of, department } = one.person;
    return [displayName, of, department, one.door ?? ''].some((text) => folded(text).includes(wanted));
  });
}

export function countTiles(
  { people }: RollCallView,
  shown: Shown,
  onShow: (shown: Shown) => void,
): TemplateResult {
  const labels: Record<Shown, string> = {
    expected: msg('Expected'),
    safe: msg('Safe'),
    missing: msg('Missing'),
    open: msg('Open', { id: 'not-ticked', desc: 'People whom no warden has ticked' }),
  };
  const count = (which: Shown) =>
    which === 'expected' ? people.length : people.filter((one) => says(one) === which).length;
  return html`<div class="counts" role="group" aria-label=${msg('Show')}>
    ${SHOWN.map(
      (which) =>
        html`<button
          type="button"
          data-show=${which}
          data-test="count-${which}"
          data-count=${count(which)}
          aria-pressed=${which === shown ? 'true' : 'false'}
          @click=${() => onShow(which)}
        >
          <b>${number(count(which))}</b><span>${labels[which]}</span>
        </button>`,
    )}
  </div>`;
}

export interface ListOptions {
  view: RollCallView;
  rows: readonly ListedView[];
  /** Null where nobody can be ticked any more. */
  onTick: ((person: string, says: TickSays) => void) | null;
}

export function personList({ view, rows, onTick }: ListOptions): TemplateResult {
  return html`<ul data-test="roll-call-list">
    ${repeat(
      rows,
      ({ person }) => person.id,
      (one) => personRow(view, one, onTick),
    )}
  </ul>`;
}

function personRow(view: RollCallView, one: ListedView, onTick: ListOptions['onTick']) {
  const { person, door, since, siteId, tick } = one;
  const site = siteById(view.sites, siteId);
  const zone = site?.timeZone;
  const doubt = stateText(one, zone);
  const facts = [
    person.department,
    door,
    since === null ? '' : msg(str`since ${timeAt(since, zone)}`),
    view.siteId === null && view.sites.length > 1 ? site?.name : '',
    one.added ? msg('came later') : '',
  ].filter((fact) => fact);
  const said = says(one);
  return html`<li data-test="row" data-person=${person.id} data-tick=${said}>
    <div class="whom">
      <strong>${person.displayName}</strong>
      <span class="small quiet">${facts.join(' · ')}</span>
      ${doubt === null ? nothing : html`<span class="small doubt">${doubt}</span>`}
      ${
        tick && said !== 'open'
          ? html`<span class="small said"
              >${said === 'safe' ? msg('Safe') : msg('Missing')} · ${tick.by}, ${timeAt(tick.at, zone)}</span
            >`
          : nothing
      }
    </div>
    ${
      onTick
        ? html`<div class="ticks">
            ${tickButton(one, 'safe', onTick)}${tickButton(one, 'missing', onTick)}
          </div>`
        : nothing
    }
  </li>`;
}

/** A second press takes the tick back. */
function tickButton(one: ListedView, what: 'safe' | 'missing', onTick: NonNullable<ListOptions['onTick']>) {
  const pressed = says(one) === what;
  const label = what === 'safe' ? msg('Safe') : msg('Missing');
  return html`<button
    type="button"
    class=${what}
    aria-pressed=${pressed ? 'true' : 'false'}
    aria-label="${label}: ${one.person.displayName}"
    data-test=${what}
    @click=${() => onTick(one.person.id, pressed ? 'cleared' : what)}
  >
    <wa-icon name=${what === 'safe' ? 'circle-check' : 'circle-alert'}></wa-icon><span>${label}</span>
  </button>`;
}
