import { LitElement, html, css, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import type { AttendanceView, PunchView, WorkDayView } from '#protocol/attendance.ts';
import { LIVE_SCORE } from '#protocol/face.ts';
import { allowed } from '../app/session.ts';
import { toastError } from '../app/toasts.ts';
import { alert } from '../components/alert.ts';
import '../components/correction-dialog.ts';
import '../components/snapshot-dialog.ts';
import type { MusterEvidence } from '../components/snapshot-dialog.ts';
import { formStyles } from '../components/form.styles.ts';
import { addDays, longDate, span } from '../components/format.ts';
import { Loaded } from '../components/loaded.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';

/** The list follows the doors, ms. */
const REFRESH = 10_000;

export class MusterAttendance extends LitElement {
  static override properties = { date: { state: true }, correcting: { state: true } };
  static override styles = [
    shared,
    formStyles,
    css`
      .days {
        display: flex;
        align-items: end;
        gap: 0.35rem;
      }
      .days wa-input {
        width: 11rem;
      }
      .who strong {
        display: block;
        font-weight: 620;
        white-space: nowrap;
      }
      .time {
        font-size: 1.0625rem;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .time.in {
        color: var(--m-in);
      }
      .time.out {
        color: var(--m-out);
      }
      .doubt {
        margin-inline-start: 0.35rem;
        color: var(--m-warn);
      }
      .look {
        display: inline-grid;
        margin-inline-start: 0.25rem;
        padding: 0;
        border: 0;
        background: none;
        color: inherit;
        cursor: pointer;
      }
      .look:focus-visible {
        outline: 2px solid var(--m-accent);
        outline-offset: 2px;
      }
      .acts {
        text-align: right;
      }
      .punches {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem;
      }
      @media (max-width: 45rem) {
        .wide {
          display: none;
        }
        th,
        td {
          padding: 0.7rem 0.6rem;
        }
        th,
        td {
          padding-inline: 0.5rem;
        }
        .who strong {
          white-space: normal;
          overflow-wrap: anywhere;
        }
        .time {
          font-size: 1rem;
        }
        .days {
          width: 100%;
        }
        .days wa-input {
          flex: 1;
        }
      }
    `,
  ];
  /** YYYY-MM-DD; empty for the current work day, which the server knows. */
  declare date: string;
  /** Whom a punch is added for; empty where that is to be typed. */
  declare correcting: { number: string; name: string } | null;
  readonly #view = new Loaded(this, () => api.attendance(this.date));
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor() {
    super();
    this.date = '';
    this.correcting = null;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (document.visibilityState === 'visible') this.#view.refresh();
    }, REFRESH);
  }

  override disconnectedCallback() {
    if (this.#timer) clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    const { value, error } = this.#view;
    const date = value?.date ?? this.date;
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>Attendance</h1>
          <p class="quiet">${date ? longDate(date) : ' '}${value ? ` · ${value.timeZone}` : ''}</p>
        </div>
        <div class="days">
          <wa-button appearance="outlined" ?disabled=${!date} @click=${() => this.#go(addDays(date, -1))}>
            <wa-icon name="arrow-left" label="Day before"></wa-icon>
          </wa-button>
          <wa-input
            type="date"
            aria-label="Date"
            .value=${date}
            @change=${(e: Event) => this.#go((e.target as HTMLInputElement).value)}
            data-test="date"
          ></wa-input>
          <wa-button appearance="outlined" ?disabled=${!date} @click=${() => this.#go(addDays(date, 1))}>
            <wa-icon name="arrow-right" label="Day after"></wa-icon>
          </wa-button>
          <wa-button appearance="plain" ?disabled=${this.date === ''} @click=${() => this.#go('')}>
            Today
          </wa-button>
        </div>
      </div>
      <div class="row end">
        ${
          allowed('attendance:correct')
            ? html`<wa-button
                size="s"
                appearance="outlined"
                @click=${() => (this.correcting = { number: '', name: '' })}
                data-test="correct"
              >
                <wa-icon slot="start" name="plus"></wa-icon>Add a punch
              </wa-button>`
            : nothing
        }
        <wa-button
          size="s"
          appearance="outlined"
          ?disabled=${!date}
          title="All days of this month, for a spreadsheet"
          @click=${() => this.#export(date)}
          data-test="report"
        >
          <wa-icon slot="start" name="download"></wa-icon>Download the month
        </wa-button>
      </div>
      ${alert(error?.message ?? '')}
      <div class="card flush">${value ? this.#table(value) : nothing}</div>
      ${
        value && value.absent > 0
          ? html`<p class="quiet small">
              ${value.absent} active ${value.absent === 1 ? 'person has' : 'people have'} no punch on this
              day.
            </p>`
          : nothing
      }
      <muster-evidence></muster-evidence>
      ${
        this.correcting
          ? html`<muster-correction
              .date=${date}
              .number=${this.correcting.number}
              .name=${this.correcting.name}
              @done=${this.#corrected}
            ></muster-correction>`
          : nothing
      }
    </div>`;
  }

  readonly #corrected = () => {
    this.correcting = null;
    this.#view.refresh();
  };

  #export(date: string) {
    const month = date.slice(0, 7);
    const days = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
    api.exportAttendance(`${month}-01`, `${month}-${days}`).catch(toastError);
  }

  #go(date: string) {
    this.date = date;
    this.#view.refresh();
  }

  #table({ days }: AttendanceView) {
    if (days.length === 0) {
      return html`<div class="empty" data-test="attendance">
        <wa-icon name="calendar"></wa-icon>
        <h2>Nobody has checked in</h2>
        <p class="quiet">Punches appear here as they happen at the stations.</p>
      </div>`;
    }
    return html`<div class="table">
      <table data-test="attendance">
        <thead>
          <tr>
            <th>Name</th>
            <th class="wide">Department</th>
            <th>In</th>
            <th>Out</th>
            <th class="number">Worked</th>
            <th class="wide">Punches</th>
            ${allowed('attendance:correct') ? html`<th><span class="sr">Actions</span></th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${repeat(
            days,
            (day) => day.person.id,
            (day) => this.#row(day),
          )}
        </tbody>
      </table>
    </div>`;
  }

  /** Opens the picture that the punch was made for, for whom that is allowed. */
  #look({ id, snapshot, localTime }: PunchView, who: string) {
    if (!snapshot || !allowed('evidence:read')) return nothing;
    return html`<button
      class="look"
      @click=${() => this.#show(id, `${who}, ${localTime}`)}
      data-test="evidence"
    >
      <wa-icon name="eye" label="Picture of ${who}, ${localTime}"></wa-icon>
    </button>`;
  }

  #show(punchId: string, title: string) {
    this.renderRoot.querySelector<MusterEvidence>('muster-evidence')?.show(punchId, title);
  }

  #row({ person, checkIn, checkOut, worked, punches }: WorkDayView) {
    return html`<tr data-test="day" data-person=${person.id}>
      <td class="who">
        <strong>${person.displayName}</strong><span class="small quiet number">${person.number}</span>
      </td>
      <td class="wide">${person.department}</td>
      <td>${time(checkIn, 'in')}</td>
      <td>${time(checkOut, 'out')}</td>
      <td class="number">
        ${worked === null ? html`<span class="chip good">Here now</span>` : html`<b>${span(worked)}</b>`}
      </td>
      <td class="wide">
        <div class="punches">
          ${punches.map(
            (punch) =>
              html`<span
                class="chip number"
                title="${punch.device ?? 'Correction'}${
                  punch.similarity === null ? '' : ` · similarity ${punch.similarity.toFixed(2)}`
                }${punch.live === null ? '' : ` · liveness ${punch.live.toFixed(2)}`}"
              >
                <wa-icon name=${punch.kind === 'in' ? 'log-in' : 'log-out'}></wa-icon>${punch.localTime}
                ${doubt(punch)} ${this.#look(punch, person.displayName)}
              </span>`,
          )}
        </div>
      </td>
      ${
        allowed('attendance:correct')
          ? html`<td class="acts">
              <wa-button
                size="s"
                appearance="plain"
                @click=${() => (this.correcting = { number: person.number, name: person.displayName })}
              >
                <wa-icon name="plus" label="Add a punch for ${person.displayName}"></wa-icon>
              </wa-button>
            </td>`
          : nothing
      }
    </tr>`;
  }
}

function time(punch: PunchView | null, kind: string) {
  return punch
    ? html`<span class="time ${kind}">${punch.localTime}</span>${doubt(punch)}`
    : html`<span class="quiet">–</span>`;
}

/** The mark of a punch that may be of a picture. */
function doubt({ live }: PunchView) {
  if (live === null || live >= LIVE_SCORE) return nothing;
  const words = 'This may be a picture, not a person';
  return html`<wa-icon
    class="doubt"
    name="circle-alert"
    label=${words}
    title=${words}
    data-test="doubtful"
  ></wa-icon>`;
}

customElements.define('muster-attendance', MusterAttendance);
