/** What is planned for a person: the rota, the vacation of the year, and the absences from last month on. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonView } from '#protocol/people.ts';
import type { AbsenceView, PlanDayView, RotaView, VacationView } from '#protocol/schedules.ts';
import { allowed } from '../../app/session.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { addDays } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { factStyles } from '../../styles/fact-styles.ts';
import { shared } from '../../styles/shared.ts';
import { daysText } from '../month/month-sheet.ts';
import { leaveText } from '../month/sheet-text.ts';
import '../plan/absence-dialog.ts';
import { absenceDates, absenceText } from '../plan/absence-text.ts';
import { today } from '../plan/date-text.ts';
import { editButtons } from '../plan/edit-buttons.ts';
import './allowance-dialog.ts';
import { entryListStyles } from './entry-list.styles.ts';

/** Days before and after today whose absences are shown. */
const BEFORE = 31;
const AFTER = 330;

interface Shown {
  rotas: readonly RotaView[];
  today: PlanDayView | undefined;
  vacation: VacationView;
  absences: readonly AbsenceView[];
}

export class MusterPlanCard extends MusterElement {
  static override properties = {
    person: { attribute: false },
    edited: { state: true },
    allowance: { state: true },
  };
  static override styles = [shared, factStyles, entryListStyles];
  declare person: PersonView;
  declare edited: AbsenceView | 'new' | null;
  /** The vacation whose allowance is being set. */
  declare allowance: VacationView | null;
  readonly #shown = new Loaded(this, () => load(this.person.id));

  constructor() {
    super();
    this.edited = null;
    this.allowance = null;
  }

  override render() {
    const { value, error } = this.#shown;
    const writes = allowed('schedules:write');
    return html`<section class="card stack" data-test="plan-card">
        <div class="head">
          <div>
            <h2>${msg('Plan and absences')}</h2>
          </div>
          <div class="row">
            ${
              writes && value
                ? html`<wa-button
                    size="s"
                    appearance="outlined"
                    @click=${() => (this.allowance = value.vacation)}
                    data-test="set-allowance"
                    >${msg('Set vacation days')}</wa-button
                  >`
                : nothing
            }
            ${
              writes
                ? html`<wa-button
                    size="s"
                    appearance="outlined"
                    @click=${() => (this.edited = 'new')}
                    data-test="add-absence"
                  >
                    <wa-icon slot="start" name="plus"></wa-icon>${msg('Add an absence')}
                  </wa-button>`
                : nothing
            }
          </div>
        </div>
        ${alert(error)} ${value ? this.#content(value) : nothing}
      </section>
      ${this.#dialogs()}<muster-confirm></muster-confirm>`;
  }

  #content({ rotas, today, vacation, absences }: Shown) {
    return html`<dl>
        <div>
          <dt>${msg('Rota')}</dt>
          <dd data-test="rota-of-person">${rotaText(rotas, today)}</dd>
        </div>
        <div>
          <dt>${msg(str`Vacation in ${String(vacation.year)}`)}</dt>
          <dd data-test="vacation-of-person">${vacationText(vacation)}</dd>
        </div>
      </dl>
      ${
        absences.length === 0
          ? nothing
          : html`<ul>
              ${absences.map((absence) => this.#absence(absence))}
            </ul>`
      }`;
  }

  #absence(absence: AbsenceView) {
    return html`<li data-test="absence" data-kind=${absence.kind}>
      <div>
        ${absenceDates(absence)} ${absence.note ? html`<q class="small quiet">${absence.note}</q>` : nothing}
      </div>
      <span class="chip info">${leaveText(absence.kind)}</span>
      ${
        allowed('schedules:write')
          ? html`<div>
              ${editButtons(absenceText(absence), {
                onEdit: () => (this.edited = absence),
                onRemove: () => this.#remove(absence),
              })}
            </div>`
          : nothing
      }
    </li>`;
  }

  #dialogs() {
    const { edited, allowance, person } = this;
    return html`${
      edited
        ? html`<muster-absence
            .absence=${edited === 'new' ? null : edited}
            .person=${person}
            fixed
            @done=${this.#done}
          ></muster-absence>`
        : nothing
    }${
      allowance
        ? html`<muster-allowance
            .personId=${person.id}
            .vacation=${allowance}
            @done=${this.#done}
          ></muster-allowance>`
        : nothing
    }`;
  }

  readonly #done = () => {
    this.edited = null;
    this.allowance = null;
    this.#shown.refresh();
  };

  async #remove(absence: AbsenceView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg('Remove this absence?'),
      text: msg(str`${absenceText(absence)}. These days are planned as usual again.`),
      act: msg('Remove'),
    });
    if (!sure) return;
    await api.absences.remove({ params: { id: absence.id }, version: absence.version });
    toast(msg('Absence removed'));
    this.#shown.refresh();
  }
}

async function load(id: string): Promise<Shown> {
  const now = today();
  const span = { from: addDays(now, -BEFORE), to: addDays(now, AFTER) };
  const [rotas, plan, vacation, absences] = await Promise.all([
    allOf((page) => api.rotas.list({ query: page }), 'rotas'),
    api.plan.get({ params: { id }, query: { from: now, to: now } }),
    api.vacation.get({ params: { id } }),
    allOf((page) => api.absences.list({ query: { ...page, ...span, person: id } }), 'absences'),
  ]);
  return { rotas, today: plan.days[0], vacation, absences };
}

function rotaText(rotas: readonly RotaView[], day: PlanDayView | undefined): string {
  const why = day?.why;
  if (why?.by !== 'rota') return '–';
  const name = rotas.find(({ id }) => id === why.rotaId)?.name ?? '–';
  return why.scope === 'department' ? msg(str`${name}, as the department`) : name;
}

function vacationText({ allowance, left, taken, booked }: VacationView): string {
  if (!allowance) return msg('Not entered yet');
  const all = daysText(allowance.days + allowance.carried);
  return msg(
    str`${daysText(left)} left of ${all}: ${daysText(taken)} taken, ${daysText(booked)} still to come`,
  );
}

customElements.define('muster-plan-card', MusterPlanCard);
