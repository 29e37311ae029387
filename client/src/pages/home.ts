/** The start page of the staff: today at a glance. */
import { LitElement, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AttendanceView, WorkDayView } from '#protocol/attendance.ts';
import type { HealthView } from '#protocol/health.ts';
import type { Permission } from '#protocol/permissions.ts';
import { account, allowed } from '../app/session.ts';
import { alert } from '../components/alert.ts';
import { formStyles } from '../components/form.styles.ts';
import { longDate } from '../components/format.ts';
import { Loaded } from '../components/loaded.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';
import { countDayStates } from './attendance/day-state.ts';
import './first-steps.ts';
import { styles } from './home.styles.ts';

const REFRESH = 10_000;
/** Latest punches listed. */
const LATEST = 7;

interface Today {
  attendance: AttendanceView;
  health: HealthView | null;
}

export class MusterHome extends LitElement {
  static override styles = [shared, formStyles, styles];
  readonly #today = new Loaded<Today>(this, async () => {
    const [attendance, health] = await Promise.all([api.attendance(''), api.health().catch(() => null)]);
    return { attendance, health };
  });
  #timer: ReturnType<typeof setInterval> | null = null;

  override connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (document.visibilityState === 'visible') this.#today.refresh();
    }, REFRESH);
  }

  override disconnectedCallback() {
    if (this.#timer) clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    const { value, error } = this.#today;
    const given = account()?.name.split(' ')[0];
    const only = account()?.role === 'manager' ? account()?.department : null;
    const days = value?.attendance.days ?? [];
    const { here, left } = countDayStates(days, value?.attendance.date ?? '');
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>${greeting(new Date().getHours())}${given ? `, ${given}` : ''}</h1>
          <p class="quiet">
            ${value ? longDate(value.attendance.date) : ' '}${only ? ` · ${only} only` : ''}
          </p>
        </div>
        ${value?.health ? this.#health(value.health) : nothing}
      </div>
      ${alert(error?.message ?? '')}
      ${allowed('settings:write') ? html`<muster-first-steps></muster-first-steps>` : nothing}
      <div class="figures">
        ${figure('Here now', value ? here : null, 'in', 'user-check')}
        ${figure('Gone home', value ? left : null, 'out', 'log-out')}
        ${figure('Not seen today', value ? value.attendance.absent : null, '', 'clock')}
      </div>
      <div class="columns" ?data-single=${!allowed('people:read')}>
        <section class="card flush">
          <div class="title">
            <h2>Latest at the doors</h2>
            <a href="/attendance" class="small">All of today</a>
          </div>
          ${value ? this.#latest(days) : nothing}
        </section>
        <nav class="links" aria-label="Shortcuts" ?hidden=${!allowed('people:read')}>
          ${value?.health?.reenroll ? reenrolLink(value.health.reenroll) : nothing}
          ${when('enroll', '/enroll', 'user-plus', 'Enroll a person', 'Form, consent, and a slow turn of the head')}
          ${when('devices:write', '/devices', 'devices', 'Connect a station or camera', 'Create a pairing code for a device')}
          ${when('people:read', '/people', 'users', 'People', 'Who can be recognized')}
        </nav>
      </div>
    </div>`;
  }

  #health(health: HealthView) {
    const good = health.status === 'ok';
    const cameras = `${health.cameras} ${health.cameras === 1 ? 'camera' : 'cameras'} live`;
    return html`<span class="chip ${good ? 'good' : 'warn'}" data-test="health">
      <wa-icon name=${good ? 'circle-check' : 'warning'}></wa-icon>
      ${good ? `All well · ${cameras}` : trouble(health)}
    </span>`;
  }

  #latest(days: readonly WorkDayView[]) {
    const punches = days
      .flatMap((day) => day.punches.map((punch) => ({ punch, person: day.person })))
      .sort((a, b) => b.punch.at.localeCompare(a.punch.at))
      .slice(0, LATEST);
    if (punches.length === 0) {
      return html`<div class="empty">
        <wa-icon name="door"></wa-icon>
        <h2>A quiet day so far</h2>
        <p class="quiet">Check-ins appear here within seconds.</p>
      </div>`;
    }
    return html`<ul class="latest">
      ${punches.map(
        ({ punch, person }) =>
          html`<li data-kind=${punch.kind}>
            <span class="mark"><wa-icon name=${punch.kind === 'in' ? 'log-in' : 'log-out'}></wa-icon></span>
            <div>
              <strong>${person.displayName}</strong>
              <span class="small quiet">
                ${punch.kind === 'in' ? 'Checked in' : 'Checked out'}${
                  punch.device ? ` · ${punch.device}` : ''
                }
              </span>
            </div>
            <time class="number">${punch.localTime}</time>
          </li>`,
      )}
    </ul>`;
  }
}

function figure(label: string, value: number | null, kind: string, icon: string) {
  return html`<div class="figure card" data-kind=${kind}>
    <wa-icon name=${icon}></wa-icon>
    <b class="number">${value ?? ' '}</b>
    <span>${label}</span>
  </div>`;
}

function when(permission: Permission, ...what: Parameters<typeof link>) {
  return allowed(permission) ? link(...what) : nothing;
}

function link(path: string, icon: string, title: string, text: string) {
  return html`<a class="link card" href=${path}>
    <span class="mark"><wa-icon name=${icon}></wa-icon></span>
    <span><strong>${title}</strong><span class="small quiet">${text}</span></span>
    <wa-icon name="chevron-right"></wa-icon>
  </a>`;
}

function reenrolLink(people: number) {
  const who = people === 1 ? '1 person' : `${people} people`;
  return html`<a class="link card" href="/people?show=reenroll" data-kind="warn" data-test="reenroll">
    <span class="mark"><wa-icon name="warning"></wa-icon></span>
    <span>
      <strong>Enroll ${who} again</strong>
      <span class="small quiet">Their templates do not fit the models in use</span>
    </span>
    <wa-icon name="chevron-right"></wa-icon>
  </a>`;
}

function greeting(hour: number): string {
  if (hour < 5) return 'Good night';
  if (hour < 12) return 'Good morning';
  return hour < 18 ? 'Good afternoon' : 'Good evening';
}

function trouble({ database, analyzers, mediaWorkers }: HealthView): string {
  if (!database) return 'The database does not answer';
  if (analyzers.up < analyzers.of) return 'An analyzer is starting again';
  if (mediaWorkers.up < mediaWorkers.of) return 'A media worker is starting again';
  return 'Something needs attention';
}

customElements.define('muster-home', MusterHome);
