/**
 * Makes another record of a person a part of this one: the other is searched, both are shown side by side, and what differs is
 * chosen. Fires `done` when it closes, and `merged` before that where it was done.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import { MERGED_FIELDS, mergeInput, type MergePreviewView, type MergeSide } from '#protocol/people-merge.ts';
import type { PersonView } from '#protocol/people.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { searchField } from '../../components/list-page/search-field.ts';
import { Loaded } from '../../components/loaded.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';
import { number, plural } from '../../locales/intl.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { mergeStyles } from './merge.styles.ts';
import { collisionTexts, factLines, fieldLabel, fieldText, obstacleText } from './merge-texts.ts';
import { removalText } from './removal-text.ts';

/** As many people as are listed for a search. */
const LISTED = 8;

export class MusterMerge extends FormDialog {
  static override properties = {
    person: { attribute: false },
    search: { state: true },
    other: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    mergeStyles,
    css`
      wa-dialog {
        --width: 48rem;
      }
    `,
  ];
  /** The record that stays. */
  declare person: PersonView;
  declare search: string;
  /** The record that goes. */
  declare other: PersonView | null;
  readonly #found = new Loaded(this, async () => {
    const { people } = await api.people.list({ query: { search: this.search, limit: LISTED + 1 } });
    return people.filter(({ id }) => id !== this.person.id).slice(0, LISTED);
  });
  readonly #preview = new Loaded(this, async () =>
    this.other
      ? api.people.previewMerge({ params: { id: this.person.id }, query: { goes: this.other.id } })
      : null,
  );
  readonly #sites = new Loaded(this, () => allOf((page) => api.sites.list({ query: page }), 'sites'));

  constructor() {
    super();
    this.search = '';
    this.other = null;
  }

  override render() {
    const { displayName } = this.person;
    return this.frame(
      msg(str`Merge another record into ${displayName}`),
      'merge',
      this.other ? this.#compared(this.other) : this.#choice(),
    );
  }

  #choice() {
    const { value: people, error } = this.#found;
    return html`<div class="stack">
        <p class="quiet">
          ${msg(str`Was ${this.person.displayName} added twice? Choose the other record. Everything in it moves to this one.`)}
        </p>
        ${searchField({
          label: msg('Search for the other record'),
          placeholder: msg('Name, number, department or email'),
          onSearch: (search) => {
            this.search = search;
            this.#found.refresh();
          },
        })}
        ${alert(error)}
        <ul class="found">
          ${people?.map(
            (person) =>
              html`<li>
                <wa-button appearance="outlined" @click=${() => this.#choose(person)} data-test="other">
                  <span class="who">
                    <strong>${person.displayName}</strong>
                    <span class="small quiet"
                      >${[person.number, person.department].filter(Boolean).join(' · ')}</span
                    >
                  </span>
                </wa-button>
              </li>`,
          )}
        </ul>
        ${people?.length === 0 ? html`<p class="quiet">${msg('Nobody was found.')}</p>` : nothing}
      </div>
      <wa-button slot="footer" appearance="outlined" @click=${this.close}>${msg('Cancel')}</wa-button>`;
  }

  #compared(other: PersonView) {
    const { value: preview, error } = this.#preview;
    if (!preview) return alert(error);
    if (preview.obstacles.length > 0) {
      return html`<div class="stack">
          <p>${msg(str`${other.displayName} (${other.number}) cannot be merged yet.`)}</p>
          ${preview.obstacles.map((obstacle) => html`<div data-test="obstacle">${alert(obstacleText(obstacle))}</div>`)}
        </div>
        ${this.#back()}
        <wa-button slot="footer" variant="brand" @click=${this.close}>${msg('Close')}</wa-button>`;
    }
    const collisions = collisionTexts(preview);
    return html`${this.#back()}
    ${this.sheet({
      act: msg('Merge records'),
      test: 'merge-now',
      intro: html`<p>${stayingText(this.person, other)}</p>`,
      fields: html`${this.#fields(preview)} ${facts(preview)}
      ${
        collisions.length > 0
          ? html`<section class="collisions">
              <h3>${msg('What collides')}</h3>
              <ul>
                ${collisions.map((text) => html`<li data-test="collision">${text}</li>`)}
              </ul>
            </section>`
          : nothing
      }
      ${textField({
        name: 'reason',
        label: msg('Reason'),
        value: msg('Two records of one person'),
        hint: msg('Stands beside each punch that is taken over'),
        required: true,
        maxlength: longest(mergeInput.shape.reason),
        fault: this.form.fault('reason'),
      })}`,
    })}`;
  }

  #back() {
    return html`<wa-button
      slot="footer"
      appearance="plain"
      @click=${() => this.#choose(null)}
      data-test="back"
      >${msg('Choose another record')}</wa-button
    >`;
  }

  /** What differs is chosen; what is the same in both needs no choice. */
  #fields({ stays, goes }: MergePreviewView): TemplateResult[] {
    const site = (id: string | null) =>
      this.#sites.value?.find((one) => (id === null ? one.default : one.id === id))?.name ?? '';
    const text = (field: (typeof MERGED_FIELDS)[number], person: PersonView) =>
      fieldText(field, person, site);
    const differing = MERGED_FIELDS.filter((field) => text(field, stays.person) !== text(field, goes.person));
    const both = (['face', 'pin', 'badge'] as const).filter((what) => stays[what] && goes[what]);
    const labels = { face: msg('Face'), pin: msg('PIN'), badge: msg('Badge') };
    return [
      ...differing.map((field) =>
        choice(field, fieldLabel(field), {
          stays: text(field, stays.person),
          goes: text(field, goes.person),
          // What only the other record says is not lost by an oversight.
          usual: (stays.person[field] ?? '') === '' ? 'goes' : 'stays',
        }),
      ),
      ...both.map((what) => choice(what, labels[what], { stays: '', goes: '', usual: 'stays' })),
    ];
  }

  #choose(person: PersonView | null) {
    this.other = person;
    this.form.clear();
    this.#preview.value = null;
    this.#preview.refresh();
  }

  protected override async send({ reason = '', ...chosen }: Record<string, string>) {
    const preview = this.#preview.value;
    if (!preview || !this.other) return;
    const side = (name: string) => chosen[name] as MergeSide | undefined;
    const fields = MERGED_FIELDS.flatMap((name) => (side(name) ? [[name, side(name)]] : []));
    const passes = (['face', 'pin', 'badge'] as const).flatMap((name) =>
      side(name) ? [[name, side(name)]] : [],
    );
    const body = {
      goes: this.other.id,
      version: preview.version,
      reason,
      fields: Object.fromEntries(fields) as object,
      ...(Object.fromEntries(passes) as object),
    };
    const done = await this.form.submit(() => api.people.merge({ params: { id: this.person.id }, body }));
    if (!done) {
      if (this.form.error?.code === 'precondition-failed') this.#preview.refresh();
      return;
    }
    const moved = plural(done.punches, {
      one: msg('1 punch was taken over'),
      other: msg(str`${number(done.punches)} punches were taken over`),
    });
    toast(msg(str`The records of ${done.person.displayName} were merged. ${moved}.`));
    if (preview.goes.face && !done.removal.everywhere) toast(removalText(done.removal), 'warning');
    this.dispatchEvent(new Event('merged'));
    this.open = false;
  }
}

function stayingText(stays: PersonView, goes: PersonView): string {
  const [staying, going] = [stays, goes].map(({ displayName, number: of }) => `${displayName} (${of})`);
  return msg(
    str`${staying!} stays. ${going!} becomes a part of it and is gone afterwards; the former number and name still find the person. This cannot be undone.`,
  );
}

function choice(
  name: string,
  label: string,
  { stays, goes, usual }: { stays: string; goes: string; usual: MergeSide },
): TemplateResult {
  return html`<wa-radio-group
    class="side"
    name=${name}
    label=${label}
    value=${usual}
    orientation="horizontal"
    data-test="choose-${name}"
  >
    <wa-radio value="stays">${valueOf(stays, msg('This record'))}</wa-radio>
    <wa-radio value="goes">${valueOf(goes, msg('The other record'))}</wa-radio>
  </wa-radio-group>`;
}

function valueOf(text: string, record: string) {
  return text === '' ? record : html`${text}<small>${record}</small>`;
}

function facts(preview: MergePreviewView): TemplateResult {
  return html`<table class="facts" data-test="merge-facts">
    <caption>
      ${msg('What each record has')}
    </caption>
    <thead>
      <tr>
        <td></td>
        <th scope="col">${msg('This record')}</th>
        <th scope="col">${msg('The other record')}</th>
      </tr>
    </thead>
    <tbody>
      ${factLines(preview).map(
        ({ label, stays, goes }) =>
          html`<tr>
            <th scope="row">${label}</th>
            <td>${stays}</td>
            <td>${goes}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

customElements.define('muster-merge', MusterMerge);
