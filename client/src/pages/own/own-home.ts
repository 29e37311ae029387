/** The start page of an employee, made for a phone: today, the week, the balance, and what waits. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { TimesheetView, WorkDayView } from '#protocol/attendance.ts';
import type { OwnRecordView } from '#protocol/own.ts';
import { mondayOf } from '#protocol/rota-weeks.ts';
import type { BalanceView, PlanDayView, PlanView, VacationView } from '#protocol/schedules.ts';
import { account } from '../../app/session.ts';
import { alert } from '../../components/alert.ts';
import { addDays, clockTime, longDate, signedSpan, span } from '../../components/format.ts';
import { greeting } from '../../components/greeting.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { dateFormat, number, plural } from '../../locales/intl.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { type Asked, askedAbsence, askedCorrection, askedText, byTime } from '../corrections/request-text.ts';
import { daysText, shortDay } from '../month/month-sheet.ts';
import { leaveText } from '../month/sheet-text.ts';
import { styles } from './own-home.styles.ts';

/** ms */
const REFRESH = 30_000;

interface Shown {
  record: OwnRecordView;
  timesheet: TimesheetView;
  plan: PlanView;
  balance: BalanceView;
  vacation: VacationView;
  waiting: readonly Asked[];
}

export class MusterOwnHome extends MusterElement {
  static override styles = [shared, styles];
  readonly #shown = new Loaded<Shown>(this, load);
  #timer: ReturnType<typeof setInterval> | null = null;

  override connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (document.visibilityState === 'visible') this.#shown.refresh();
    }, REFRESH);
  }

  override disconnectedCallback() {
    if (this.#timer) clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    const { value, error } = this.#shown;
    return html`<div class="page" data-test="own-home">
      <div class="head">
        <div>
          <h1>${greeting(account()?.name)}</h1>
          <p class="quiet">${value ? longDate(value.record.today) : ' '}</p>
        </div>
      </div>
      ${alert(error)} ${value ? content(value) : nothing}
    </div>`;
  }
}

async function load(): Promise<Shown> {
  const record = await api.own.get();
  const { today } = record;
  const monday = mondayOf(today);
  const [timesheet, plan, balance, vacation, absences, corrections] = await Promise.all([
    api.own.timesheet({ query: { month: today.slice(0, 7) } }),
    api.own.plan({ query: { from: monday, to: addDays(monday, 13) } }),
    api.own.balance(),
    api.own.vacation(),
    allOf((page) => api.own.absenceRequests({ query: { ...page, state: 'waiting' } }), 'requests'),
    allOf((page) => api.own.corrections({ query: { ...page, state: 'waiting' } }), 'corrections'),
  ]);
  const waiting = [...absences.map(askedAbsence), ...corrections.map(askedCorrection)].toSorted(byTime);
  return { record, timesheet, plan, balance, vacation, waiting };
}

function content({ record, timesheet, plan, balance, vacation, waiting }: Shown) {
  const { today } = record;
  const day = timesheet.days.find(({ date }) => date === today) ?? null;
  const missing = timesheet.days.filter(({ date, incomplete }) => incomplete && date < today);
  return html`${now(
      day,
      plan.days.find(({ date }) => date === today),
    )}
    ${record.consent === 'older' ? newerText() : nothing} ${missingDays(missing)}
    <div class="figures">
      <section class="figure card">
        <h2>${msg('Balance')}</h2>
        <b class="number" data-test="own-balance">${signedSpan(balance.balance)}</b>
        <span class="small quiet">${msg(str`Counted through ${shortDay(balance.through)}`)}</span>
      </section>
      <section class="figure card">
        <h2>${msg('Vacation left')}</h2>
        <b class="number">${vacation.allowance ? number(vacation.left) : '–'}</b>
        <span class="small quiet"
          >${
            vacation.allowance
              ? msg(
                  str`of ${daysText(vacation.allowance.days + vacation.allowance.carried)} in ${String(vacation.year)}`,
                )
              : msg('Not entered yet')
          }</span
        >
      </section>
    </div>
    ${requests(waiting)} ${week(msg('This week'), plan.days.slice(0, 7), plan, today)}
    ${week(msg('Next week'), plan.days.slice(7), plan, today)}`;
}

function newerText() {
  return html`<section class="card" data-test="own-newer-text">
    <p>
      ${msg('The text that you agreed to when your face was enrolled has changed.')}
      <a href="/my/data">${msg('Read the new text')}</a>
    </p>
  </section>`;
}

function now(day: WorkDayView | null, planned: PlanDayView | undefined) {
  const { text, kind } = stateOf(day);
  const soFar = day && workedSoFar(day);
  return html`<section class="card now" data-kind=${kind} data-test="own-today">
    <h2 class="spoken">${msg('Today')}</h2>
    <p class="state">${text}</p>
    <p class="quiet">
      ${soFar ? msg(str`Worked so far: ${span(soFar)}`) : nothing}
      ${planned && planned.toWork > 0 ? html`<span>${msg(str`Planned: ${span(planned.toWork)}`)}</span>` : nothing}
      ${(planned?.absences ?? []).map(({ kind: leave }) => html`<span class="chip info">${leaveText(leave)}</span>`)}
    </p>
  </section>`;
}

function stateOf(day: WorkDayView | null): { text: string; kind: string } {
  const since = day?.checkIn ? clockTime(day.checkIn.localTime) : null;
  const last = day?.punches.findLast(({ voided }) => !voided);
  const lastTime = last ? clockTime(last.localTime) : '';
  if (!day || day.presence === 'not-seen') return { text: msg('Not checked in today'), kind: 'none' };
  if (day.presence === 'here') {
    const open = openArrival(day);
    return { text: msg(str`In since ${open ? clockTime(open.localTime) : (since ?? lastTime)}`), kind: 'in' };
  }
  if (day.presence === 'seen') {
    return since === null || since === lastTime
      ? { text: msg(str`Seen at ${lastTime}`), kind: 'in' }
      : { text: msg(str`In since ${since}, last seen at ${lastTime}`), kind: 'in' };
  }
  return { text: msg(str`Checked out at ${lastTime}`), kind: 'out' };
}

/** The arrival of the stay that goes on. */
function openArrival({ stays, punches }: WorkDayView) {
  const stay = stays.at(-1);
  return stay?.departure === null ? punches.find(({ id }) => id === stay.arrival) : undefined;
}

/** With the stay that goes on, whose break is not known yet, ms. */
function workedSoFar(day: WorkDayView): number {
  const open = day.presence === 'here' ? openArrival(day) : undefined;
  return day.worked + (open ? Math.max(0, Date.now() - Date.parse(open.at)) : 0);
}

function missingDays(days: readonly WorkDayView[]) {
  if (days.length === 0) return nothing;
  return html`<section class="card stack missing" data-test="own-missing">
    <h2>
      <wa-icon name="warning"></wa-icon> ${plural(days.length, {
        one: msg('A punch is missing on 1 day'),
        other: msg(str`A punch is missing on ${number(days.length)} days`),
      })}
    </h2>
    <ul>
      ${days.map(
        ({ date }) =>
          html`<li><a href="/my/month?month=${date.slice(0, 7)}&date=${date}">${longDate(date)}</a></li>`,
      )}
    </ul>
  </section>`;
}

function requests(waiting: readonly Asked[]) {
  if (waiting.length === 0) return nothing;
  return html`<section class="card stack" data-test="own-waiting">
    <div class="row between">
      <h2>${msg('Waiting for approval')}</h2>
      <a class="small" href="/my/requests">${msg('See all')}</a>
    </div>
    <ul>
      ${waiting.map((one) => html`<li>${askedText(one)}</li>`)}
    </ul>
  </section>`;
}

function week(title: string, days: readonly PlanDayView[], { timeZone }: PlanView, today: string) {
  return html`<section class="card stack">
    <h2>${title}</h2>
    <ol class="week">
      ${days.map(
        (day) =>
          html`<li ?data-today=${day.date === today}>
            <span>${shortDay(day.date)}</span>
            <span>${planText(day, timeZone)}</span>
            <span class="number">${day.worked > 0 ? span(day.worked) : nothing}</span>
          </li>`,
      )}
    </ol>
  </section>`;
}

function planText({ shifts, holiday, absences }: PlanDayView, timeZone: string) {
  const clock = dateFormat({ hour: 'numeric', minute: '2-digit', timeZone });
  const at = (instant: string) => clock.format(new Date(instant));
  if (shifts.length === 0 && absences.length === 0 && !holiday) {
    return html`<span class="quiet">${msg('Free')}</span>`;
  }
  return html`${holiday ? html`<div>${holiday.name}</div>` : nothing}
  ${absences.map(({ kind }) => html`<span class="chip info">${leaveText(kind)}</span>`)}
  ${shifts.map(({ begin, end }) => html`<div>${at(begin)} – ${at(end)}</div>`)}`;
}

customElements.define('muster-own-home', MusterOwnHome);
