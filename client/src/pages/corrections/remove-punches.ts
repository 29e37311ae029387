/** Removes a burst of wrong punches: find them, look at them, then remove the chosen ones by one correction. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { PunchesView } from '#protocol/attendance.ts';
import { MOST_VOIDED, NUMBER_OF_NOBODY } from '#protocol/corrections.ts';
import type { DeviceView } from '#protocol/devices.ts';
import type { SiteView } from '#protocol/sites.ts';
import { navigate } from '../../app/navigation.ts';
import { allowed } from '../../app/session.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { FormState, formValues } from '../../components/form-state.ts';
import { formStyles } from '../../components/form.styles.ts';
import { clockTime, longDate } from '../../components/format.ts';
import { dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { siteField } from '../../components/site-field.ts';
import { textField } from '../../components/text-field.ts';
import { number, plural } from '../../locales/intl.ts';
import { instantOf } from '../../locales/time-zones.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { ClientError, reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';
import { reasonField } from '../attendance/reason-field.ts';
import { saysText, sourceText } from '../attendance/punch-text.ts';
import { toastCorrection } from '../attendance/toast-correction.ts';

type Found = PunchesView['punches'][number];

interface Choices {
  sites: readonly SiteView[];
  devices: readonly DeviceView[];
}

export class MusterRemovePunches extends MusterElement {
  static override properties = { found: { state: true }, chosen: { state: true }, cut: { state: true } };
  static override styles = [
    shared,
    formStyles,
    listStyles,
    css`
      form {
        max-width: 60rem;
      }
      wa-checkbox {
        display: block;
      }
    `,
  ];
  /** Null until they were looked for. */
  declare found: readonly Found[] | null;
  /** Ids of the punches that are to be removed. */
  declare chosen: ReadonlySet<string>;
  /** Whether there are more punches than one correction removes. */
  declare cut: boolean;
  readonly #search = new FormState(this);
  readonly #removal = new FormState(this);
  readonly #choices = new Loaded<Choices>(this, async () => ({
    sites: await allOf((page) => api.sites.list({ query: page }), 'sites'),
    devices: allowed('devices:read')
      ? await allOf((page) => api.devices.list({ query: page }), 'devices')
      : [],
  }));

  constructor() {
    super();
    this.found = null;
    this.chosen = new Set();
    this.cut = false;
  }

  override render() {
    const { value, error } = this.#choices;
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>${msg('Remove several punches')}</h1>
            <p class="quiet">
              ${msg('For punches that should not be there, such as those of a door whose clock was wrong. They stay visible, struck through, and count nowhere.')}
            </p>
          </div>
          <wa-button appearance="plain" href="/corrections">
            <wa-icon slot="start" name="arrow-left"></wa-icon>${msg('Requests')}
          </wa-button>
        </div>
        ${alert(error)} ${value ? this.#searchForm(value) : nothing}
        ${this.found ? this.#results(this.found) : nothing}
      </div>
      <muster-confirm></muster-confirm>`;
  }

  #searchForm({ sites, devices }: Choices) {
    const form = this.#search;
    const site = sites.find((one) => one.default);
    return html`<form class="card stack" @submit=${this.#find} data-test="punch-search">
      ${alert(form.message)}
      <div class="fields">
        ${siteField(sites, site?.id ?? '')}
        ${textField({
          name: 'from',
          label: msg('From, at the site'),
          type: 'datetime-local',
          required: true,
          fault: form.fault('from'),
        })}
        ${textField({
          name: 'to',
          label: msg('To, at the site'),
          type: 'datetime-local',
          required: true,
          fault: form.fault('to'),
        })}
        ${
          devices.length > 0
            ? html`<wa-select name="device" label=${msg('Door')} value="" data-test="door">
                <wa-option value="">${msg('All doors')}</wa-option>
                ${devices.map(({ id, name }) => html`<wa-option value=${id}>${name}</wa-option>`)}
              </wa-select>`
            : nothing
        }
        ${
          allowed('people:read')
            ? textField({
                name: 'number',
                label: msg('Employee number'),
                hint: msg('May be left empty'),
                fault: form.fault('number'),
              })
            : nothing
        }
      </div>
      <div class="row end">
        <wa-button type="submit" variant="brand" ?loading=${form.busy} data-test="find">
          <wa-icon slot="start" name="search"></wa-icon>${msg('Show punches')}
        </wa-button>
      </div>
    </form>`;
  }

  #results(found: readonly Found[]) {
    const all = found.length > 0 && this.chosen.size === found.length;
    return html`${this.cut ? alert(msg(str`Only the first ${number(MOST_VOIDED)} are shown. Choose a shorter time.`)) : nothing}
    ${
      found.length > 0
        ? html`<wa-checkbox
            .checked=${all}
            .indeterminate=${this.chosen.size > 0 && !all}
            @change=${() => (this.chosen = new Set(all ? [] : found.map(({ punch }) => punch.id)))}
            data-test="choose-all"
            >${msg('All of them')}</wa-checkbox
          >`
        : nothing
    }
    ${listCard(
      { items: found, error: null },
      {
        empty: emptyState({ icon: 'search', text: msg('No punches in this time.'), test: 'no-punches' }),
        table: (items) => this.#table(items),
      },
    )}
    ${found.length > 0 ? this.#removalForm() : nothing}`;
  }

  #table(items: readonly Found[]) {
    return dataTable<Found>({
      test: 'punches',
      columns: [
        { label: msg('Remove'), hiddenLabel: true, cell: (one) => this.#checkbox(one) },
        {
          label: msg('Name'),
          cell: ({ person }) =>
            html`<strong>${person.displayName}</strong>
              <div class="small quiet number">${person.number}</div>`,
        },
        {
          label: msg('Time'),
          cell: ({ punch }) =>
            html`<span class="number nowrap">${clockTime(punch.localTime)}</span>
              <div class="small quiet">${longDate(punch.localDate)} · ${punch.timeZone}</div>`,
        },
        { label: msg('Type'), kind: 'wide', cell: ({ punch }) => saysText(punch) },
        {
          label: msg('Recorded by'),
          kind: 'wide',
          cell: ({ punch }) =>
            html`${punch.device ?? '–'}
              <div class="small quiet">${sourceText(punch)}</div>`,
        },
      ],
      items,
      key: ({ punch }) => punch.id,
      row: ({ punch }, cells) =>
        html`<tr data-test="found" data-punch=${punch.id}>
          ${cells}
        </tr>`,
    });
  }

  #checkbox({ punch, person }: Found) {
    const time = clockTime(punch.localTime);
    return html`<wa-checkbox
      .checked=${this.chosen.has(punch.id)}
      @change=${(event: Event) => this.#choose(punch.id, (event.target as HTMLInputElement).checked)}
      data-test="choose"
      ><span class="sr">${msg(str`Remove the punch of ${person.displayName} at ${time}`)}</span></wa-checkbox
    >`;
  }

  #choose(id: string, wanted: boolean) {
    const chosen = new Set(this.chosen);
    if (wanted) chosen.add(id);
    else chosen.delete(id);
    this.chosen = chosen;
  }

  #removalForm() {
    const form = this.#removal;
    return html`<form class="card stack" @submit=${this.#ask} data-test="removal">
      ${alert(form.message || form.fault('punchIds'))} ${reasonField(form.fault('reason'))}
      <div class="row end">
        <wa-button
          type="submit"
          variant="danger"
          ?disabled=${this.chosen.size === 0}
          ?loading=${form.busy}
          data-test="remove"
          >${actText(this.chosen.size)}</wa-button
        >
      </div>
    </form>`;
  }

  readonly #find = (event: SubmitEvent) => {
    event.preventDefault();
    const values = formValues(event.target as HTMLFormElement);
    this.#search
      .submit(() => this.#load(values))
      .then((found) => {
        if (!found) return;
        this.found = found;
        this.chosen = new Set(found.map(({ punch }) => punch.id));
        this.#removal.clear();
      })
      .catch(reportUnexpected);
  };

  async #load({ siteId, from = '', to = '', device, number: of }: Record<string, string>) {
    const zone = this.#choices.value?.sites.find(({ id }) => id === siteId)?.timeZone ?? 'UTC';
    const person = of ? await personWithNumber(of) : undefined;
    const query = {
      from: new Date(instantOf(from, zone)).toISOString(),
      // The last minute belongs to it.
      to: new Date(instantOf(to, zone) + 59_999).toISOString(),
      ...(device && { device }),
      ...(person && { person }),
    };
    const found: Found[] = [];
    let after: string | null | undefined;
    do {
      const page: PunchesView = await api.punches.list({
        query: { ...query, limit: 200, ...(after && { after }) },
      });
      found.push(...page.punches.filter(({ punch }) => !punch.voided));
      after = page.next;
    } while (after && found.length <= MOST_VOIDED);
    this.cut = found.length > MOST_VOIDED;
    return found.slice(0, MOST_VOIDED);
  }

  readonly #ask = (event: SubmitEvent) => {
    event.preventDefault();
    const { reason = '' } = formValues(event.target as HTMLFormElement);
    this.#confirmAndRemove(reason).catch(reportUnexpected);
  };

  async #confirmAndRemove(reason: string) {
    const punchIds = [...this.chosen];
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: actText(punchIds.length),
      text: msg('They stay visible, struck through, and count nowhere. This cannot be undone.'),
      act: actText(punchIds.length),
    });
    if (!sure) return;
    const correction = await this.#removal.submit(() =>
      api.corrections.create({ body: { kind: 'void', punchIds, reason } }),
    );
    if (!correction) return;
    toastCorrection(correction);
    navigate('/corrections');
  }
}

async function personWithNumber(of: string): Promise<string> {
  const { people } = await api.people.list({ query: { search: of, limit: 200 } });
  const person = people.find(({ number: one }) => one?.toLowerCase() === of.toLowerCase());
  if (person) return person.id;
  const fault = { path: 'number', message: NUMBER_OF_NOBODY };
  throw new ClientError({ code: 'validation-failed', message: '', retryable: false, faults: [fault] });
}

function actText(punches: number): string {
  return plural(punches, {
    one: msg('Remove 1 punch'),
    other: msg(str`Remove ${number(punches)} punches`),
  });
}

customElements.define('muster-remove-punches', MusterRemovePunches);
