/** The start page: today at a glance. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { AttendanceSummaryView, PunchView } from '#protocol/attendance.ts';
import type { HealthView } from '#protocol/health.ts';
import type { Permission } from '#protocol/permissions.ts';
import { account, allowed } from '../app/session.ts';
import { alert } from '../components/alert.ts';
import '../components/clock-notice.ts';
import { formStyles } from '../components/form.styles.ts';
import { clockTime, longDate } from '../components/format.ts';
import { greeting } from '../components/greeting.ts';
import { Loaded } from '../components/loaded.ts';
import { api } from '../session/api.ts';
import { MusterElement } from '../components/muster-element.ts';
import { shared } from '../styles/shared.ts';
import { saysIcon } from './attendance/says-icon.ts';
import { type Figure, figuresOf } from './attendance/figures.ts';
import './first-steps.ts';
import { styles } from './home.styles.ts';
import { number, plural } from '../locales/intl.ts';

const REFRESH = 10_000;
interface Today {
  attendance: AttendanceSummaryView;
  health: HealthView | null;
}

export class MusterHome extends MusterElement {
  static override styles = [shared, formStyles, styles];
  readonly #today = new Loaded<Today>(this, async () => {
    const [attendance, health] = await Promise.all([
      api.attendance.summary(),
      api.health.get().catch(() => null),
    ]);
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
    const manages = account()?.role === 'manager';
    const only = manages ? account()?.department : null;
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>${greeting(account()?.name)}</h1>
          <p class="quiet">
            ${value ? longDate(value.attendance.date) : ' '}${only ? ` · ${msg(str`${only} only`)}` : ''}
          </p>
        </div>
        <div class="row">
          ${value?.health ? this.#health(value.health, error === null) : nothing}
          ${
            allowed('presence:read')
              ? html`<wa-button href="/presence" size="s" appearance="outlined" data-test="presence-link">
                  <wa-icon slot="start" name="door"></wa-icon>${msg('In the building')}
                </wa-button>`
              : nothing
          }
        </div>
      </div>
      ${alert(error)}
      ${alert(manages && !only ? msg('Your account has no department yet, so it shows nobody. Ask an owner to enter one under Accounts.') : null)}
      ${
        value?.health?.clock
          ? html`<muster-clock-notice
              .step=${value.health.clock}
              @acknowledged=${() => this.#today.refresh()}
            ></muster-clock-notice>`
          : nothing
      }
      ${allowed('settings:write') ? html`<muster-first-steps></muster-first-steps>` : nothing}
      <div class="figures">${figuresOf(value?.attendance ?? null).map(figure)}</div>
      <div class="columns" ?data-single=${!allowed('people:read')}>
        <section class="card flush">
          <div class="title">
            <h2>${msg('Recent activity')}</h2>
            <a href="/attendance" class="small">${msg('See all')}</a>
          </div>
          ${value ? this.#latest(value.attendance.latest) : nothing}
        </section>
        <nav class="links" aria-label=${msg('Shortcuts')} ?hidden=${!allowed('people:read')}>
          ${value?.health?.reenroll ? reenrollLink(value.health.reenroll) : nothing}
          ${when('enroll', '/enroll', 'user-plus', msg('Enroll a person'), msg('Details, consent, and a slow turn of the head'))}
          ${when('devices:write', '/devices', 'devices', msg('Connect a station or camera'), msg('Create a pairing code'))}
          ${when('people:read', '/people', 'users', msg('People'), msg('Who is enrolled, and who is not yet'))}
        </nav>
      </div>
    </div>`;
  }

  /** @param fresh whether the server answered the last time it was asked */
  #health(health: HealthView, fresh: boolean) {
    const good = fresh && health.status === 'ok';
    return html`<span class="chip ${good ? 'good' : 'warn'}" data-test="health">
      <wa-icon name=${good ? 'circle-check' : 'warning'}></wa-icon>
      ${fresh ? (good ? allGood(health.cameras) : trouble(health)) : msg('The server does not answer')}
    </span>`;
  }

  #latest(punches: AttendanceSummaryView['latest']) {
    if (punches.length === 0) {
      return html`<div class="empty">
        <wa-icon name="door"></wa-icon>
        <h2>${msg('No check-ins yet today')}</h2>
        <p class="quiet">${msg('Check-ins appear here within seconds.')}</p>
      </div>`;
    }
    return html`<ul class="latest">
      ${punches.map(
        ({ punch, person }) =>
          html`<li data-kind=${punch.says ?? 'seen'}>
            <span class="mark"><wa-icon name=${saysIcon(punch)}></wa-icon></span>
            <div>
              <strong>${person.displayName}</strong>
              <span class="small quiet"> ${pastText(punch)}${punch.device ? ` · ${punch.device}` : ''} </span>
            </div>
            <time class="number">${clockTime(punch.localTime)}</time>
          </li>`,
      )}
    </ul>`;
  }
}

function pastText({ says }: PunchView): string {
  if (says === null) return msg('Seen');
  return says === 'in' ? msg('Checked in') : msg('Checked out');
}

function figure({ name, label, value, kind, icon }: Figure) {
  return html`<div class="figure card" data-kind=${kind} data-test="figure" data-figure=${name}>
    <wa-icon name=${icon}></wa-icon>
    <b class="number">${value === null ? ' ' : number(value)}</b>
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

function reenrollLink(people: number) {
  return html`<a class="link card" href="/people?show=reenroll" data-kind="warn" data-test="reenroll">
    <span class="mark"><wa-icon name="warning"></wa-icon></span>
    <span>
      <strong>
        ${plural(people, {
          one: msg('Enroll 1 person again'),
          other: msg(str`Enroll ${number(people)} people again`),
        })}
      </strong>
      <span class="small quiet">${msg('Their face data was made with other models')}</span>
    </span>
    <wa-icon name="chevron-right"></wa-icon>
  </a>`;
}

function allGood(cameras: number): string {
  return plural(cameras, {
    one: msg('All systems OK · 1 camera live'),
    other: msg(str`All systems OK · ${number(cameras)} cameras live`),
  });
}

function trouble({ database, analyzers, mediaWorkers, problems }: HealthView): string {
  if (!database) return msg('The database is not responding');
  if (analyzers.up < analyzers.of) return msg('Face recognition is restarting');
  if (mediaWorkers.up < mediaWorkers.of) return msg('Video is restarting');
  if (problems.length === 1 && problems[0] === 'clock-set') return msg('The clock of the server was set');
  if (problems.length === 1 && problems[0] === 'mqtt-away') return msg('The MQTT broker cannot be used');
  return msg('Something needs attention');
}

customElements.define('muster-home', MusterHome);
