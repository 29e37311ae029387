/** Does one thing for many people, and says what became of it. Fires `done` when it closes, and `changed` after the act. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { INVITATION_LIMITS } from '#protocol/limits.ts';
import type {
  ChosenPeople,
  InvitationsResult,
  PeopleActProgress,
  PeopleActResult,
} from '#protocol/people-acts.ts';
import { PERSON_STATUSES } from '#protocol/people.ts';
import { departmentField, loadedDepartments, namesOf } from '../../components/department-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { Loaded } from '../../components/loaded.ts';
import { textField } from '../../components/text-field.ts';
import { allowed } from '../../app/session.ts';
import { number, plural } from '../../locales/intl.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { statusText } from '../person/status-text.ts';
import type { PeopleActKind } from './choice-bar.ts';
import { failedList, failedStyles } from './failed-list.ts';
import './made-invitations.ts';

export class MusterPeopleAct extends FormDialog {
  static override properties = {
    kind: {},
    chosen: { attribute: false },
    count: { type: Number },
    progress: { state: true },
    result: { state: true },
    invited: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    failedStyles,
    css`
      wa-dialog {
        --width: 36rem;
      }
    `,
  ];
  declare kind: PeopleActKind;
  declare chosen: ChosenPeople;
  /** How many they are. */
  declare count: number;
  declare progress: PeopleActProgress | null;
  declare result: PeopleActResult | null;
  declare invited: InvitationsResult | null;
  readonly #departments = loadedDepartments(this);
  readonly #rotas = new Loaded(this, () =>
    allowed('schedules:read')
      ? allOf((page) => api.rotas.list({ query: page }), 'rotas')
      : Promise.resolve([]),
  );
  /** Of this act and its repetitions: what the first one did is not done again. */
  readonly #key = crypto.randomUUID();

  constructor() {
    super();
    this.progress = null;
    this.result = null;
    this.invited = null;
  }

  override render() {
    const { title, act } = this.#words();
    return this.frame(
      title,
      'people-act',
      this.result || this.invited
        ? this.#outcome()
        : this.sheet({
            act,
            test: 'act',
            message: this.form.message || this.form.fault('people') || this.form.fault('people.ids'),
            fields: html`${this.#fields()}${this.form.busy ? this.#progressBar() : nothing}`,
          }),
    );
  }

  #words(): { title: string; act: string } {
    const people = peopleText(this.count);
    const words: Record<PeopleActKind, () => { title: string; act: string }> = {
      department: () => ({ title: msg(str`Department of ${people}`), act: msg('Set department') }),
      status: () => ({ title: msg(str`Status of ${people}`), act: msg('Set status') }),
      rota: () => ({ title: msg(str`Rota of ${people}`), act: msg('Assign rota') }),
      invitations: () => ({ title: msg(str`Invite ${people} to enroll`), act: msg('Create links') }),
    };
    return words[this.kind]();
  }

  #fields(): TemplateResult {
    const fields: Record<PeopleActKind, () => TemplateResult> = {
      department: () =>
        departmentField({
          departments: namesOf(this.#departments),
          value: '',
          placeholder: msg('No department'),
          hint: msg('Leave it blank to take them out of their department.'),
          fault: this.form.fault('department'),
        }),
      status: statusField,
      rota: () => this.#rotaFields(),
      invitations: invitationFields,
    };
    return fields[this.kind]();
  }

  #rotaFields(): TemplateResult {
    const rotas = this.#rotas.value ?? [];
    return html`<wa-select
        name="rotaId"
        label=${msg('Rota')}
        hint=${this.form.fault('rotaId') || (this.#rotas.value?.length === 0 ? msg('There are no rotas yet.') : '')}
        required
        data-test="rota"
      >
        ${rotas.map(({ id, name }) => html`<wa-option value=${id}>${name}</wa-option>`)}
      </wa-select>
      <div class="fields">
        ${textField({
          name: 'from',
          label: msg('From'),
          type: 'date',
          required: true,
          value: new Date().toISOString().slice(0, 10),
          fault: this.form.fault('from'),
        })}
        ${textField({
          name: 'until',
          label: msg('Until'),
          type: 'date',
          hint: msg('Blank: until another one begins'),
          fault: this.form.fault('until'),
        })}
      </div>`;
  }

  #progressBar() {
    const { done, of } = this.progress ?? { done: 0, of: 1 };
    return html`<wa-progress-bar
      label=${msg('Working')}
      value=${Math.floor((100 * done) / Math.max(of, 1))}
      ?indeterminate=${this.progress === null}
      data-test="progress"
    ></wa-progress-bar>`;
  }

  #outcome() {
    const failed = (this.result ?? this.invited)!.failed;
    return html`<div class="stack" role="status" data-test="act-result">
        ${this.result ? html`<p><strong>${doneText(this.result)}</strong></p>` : nothing}
        ${
          this.invited
            ? html`<muster-made-invitations .made=${this.invited}></muster-made-invitations>`
            : nothing
        }
        ${failedList(failed)}
      </div>
      <wa-button slot="footer" variant="brand" @click=${this.close} data-test="close"
        >${msg('Done')}</wa-button
      >`;
  }

  protected override async send(values: Record<string, string>) {
    this.progress = null;
    const call = {
      key: this.#key,
      onProgress: (progress: PeopleActProgress) => (this.progress = progress),
    };
    const people = this.chosen;
    const { department = '', rotaId = '', from = '' } = values;
    const status = PERSON_STATUSES.find((one) => one === values['status']) ?? 'active';
    await this.form.submit(async () => {
      switch (this.kind) {
        case 'department':
          this.result = await api.peopleActs.department({ ...call, body: { people, department } });
          break;
        case 'status':
          this.result = await api.peopleActs.status({ ...call, body: { people, status } });
          break;
        case 'rota': {
          const body = { people, rotaId, from, until: values['until'] || null };
          this.result = await api.peopleActs.rota({ ...call, body });
          break;
        }
        case 'invitations':
          this.invited = await api.peopleActs.invite({
            ...call,
            body: { people, days: Number(values['days']) },
          });
      }
    });
    if (this.result || this.invited) this.dispatchEvent(new Event('changed'));
  }
}

function statusField(): TemplateResult {
  return html`<wa-radio-group
    name="status"
    label=${msg('Status')}
    value="active"
    orientation="horizontal"
    hint=${msg('Only active people are recognized. The face data of people who have left is deleted after the retention period.')}
  >
    ${PERSON_STATUSES.map(
      (value) => html`<wa-radio appearance="button" value=${value}>${statusText(value)}</wa-radio>`,
    )}
  </wa-radio-group>`;
}

function invitationFields(): TemplateResult {
  const { leastDays, usualDays, mostDays } = INVITATION_LIMITS;
  return html`<p class="quiet">
      ${msg('Everyone gets a link of their own, to print or to send. They open it on their own phone, read the consent text, and capture their face there.')}
    </p>
    <wa-radio-group
      name="days"
      label=${msg('The links work for')}
      value=${String(usualDays)}
      orientation="horizontal"
      hint=${msg('A link ends earlier when it is used or revoked. Earlier links of these people stop working.')}
    >
      ${[leastDays, usualDays, mostDays].map(
        (days) =>
          html`<wa-radio appearance="button" value=${String(days)}
            >${plural(days, { one: msg('1 day'), other: msg(str`${number(days)} days`) })}</wa-radio
          >`,
      )}
    </wa-radio-group>`;
}

function peopleText(count: number): string {
  const amount = number(count);
  return plural(count, { one: msg('1 person'), other: msg(str`${amount} people`) });
}

function doneText({ changed, unchanged }: PeopleActResult): string {
  const amount = number(changed);
  const done = plural(changed, {
    one: msg('1 person was changed.'),
    other: msg(str`${amount} people were changed.`),
  });
  if (unchanged === 0) return done;
  const already = number(unchanged);
  const rest = plural(unchanged, {
    one: msg('1 had it already.'),
    other: msg(str`${already} had it already.`),
  });
  return `${done} ${rest}`;
}

customElements.define('muster-people-act', MusterPeopleAct);
