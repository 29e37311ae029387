/**
 * The punches of one own day, and the request to correct them: add one, change one, remove one. Fires `requested` when a
 * correction was asked for, and `done` when it closes.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyValues } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PunchView, WorkDayView } from '#protocol/attendance.ts';
import type { OwnCorrectionInput, OwnRecordView } from '#protocol/own.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { clockTime, dateTime, longDate } from '../../components/format.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import {
  changeFields,
  changeOf,
  kindChoice,
  sentPunch,
  type TypedTime,
} from '../attendance/changed-punch.ts';
import { saysText, sourceText } from '../attendance/punch-text.ts';
import { reasonField } from '../attendance/reason-field.ts';
import { timeDoubt } from '../attendance/time-doubt.ts';

type Step = { is: 'look' | 'add' } | { is: 'change' | 'void'; punch: PunchView };

export class MusterOwnDay extends FormDialog {
  static override properties = {
    record: { attribute: false },
    date: {},
    day: { attribute: false },
    step: { state: true },
    typed: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    css`
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 0.5rem 1rem;
        padding: 0.6rem 0;
        border-bottom: 1px solid var(--m-line);
      }
      li:last-child {
        border-bottom: 0;
      }
      .time {
        font-weight: 620;
      }
      q {
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare record: OwnRecordView;
  /** YYYY-MM-DD. */
  declare date: string;
  /** Null for a day without punches. */
  declare day: WorkDayView | null;
  declare step: Step;
  declare typed: TypedTime;

  constructor() {
    super();
    this.date = '';
    this.day = null;
    this.step = { is: 'look' };
    this.typed = { date: '', time: '' };
  }

  override updated(changed: PropertyValues<this>) {
    if (!changed.has('step')) return;
    // With the keyboard, one goes on at the first thing of the new step.
    requestAnimationFrame(() => {
      this.renderRoot.querySelector<HTMLElement>('[data-first], wa-radio-group, wa-input')?.focus();
    });
  }

  override render() {
    const { is } = this.step;
    return this.frame(
      longDate(this.date),
      'own-day',
      is === 'look' ? this.#look() : is === 'add' ? this.#addition() : this.#replacement(),
    );
  }

  #look() {
    const punches = this.day?.punches ?? [];
    return html`<div class="stack">
        ${
          punches.length === 0
            ? html`<p class="quiet">${msg('No punches on this day.')}</p>`
            : html`<ol data-test="own-punches">
                ${punches.map((punch) => this.#punch(punch))}
              </ol>`
        }
      </div>
      <wa-button slot="footer" appearance="outlined" @click=${this.close}>${msg('Close')}</wa-button>
      <wa-button
        slot="footer"
        variant="brand"
        data-first
        @click=${() => this.#ask({ is: 'add' })}
        data-test="ask-add"
        >${msg('Add a missed punch')}</wa-button
      >`;
  }

  #punch(punch: PunchView) {
    const { localTime, device, voided, correction } = punch;
    const time = clockTime(localTime);
    const why = voided ?? correction;
    return html`<li data-test="own-punch" data-time=${localTime} ?data-voided=${voided !== undefined}>
      <div>
        <span class="time number">${voided ? html`<del>${time}</del>` : time}</span> ${saysText(punch)}
        <div class="small quiet">
          ${voided ? msg('Removed: counts nowhere') : [sourceText(punch), device].filter(Boolean).join(' · ')}
        </div>
        ${
          why
            ? html`<div class="small quiet"><q>${why.reason}</q> · ${why.name} · ${dateTime(why.at)}</div>`
            : nothing
        }
      </div>
      ${
        voided
          ? nothing
          : html`<div class="row">
              <wa-button
                size="s"
                appearance="outlined"
                @click=${() => this.#ask({ is: 'change', punch })}
                data-test="ask-change"
                ><span aria-hidden="true">${msg('Change')}</span
                ><span class="sr">${msg(str`Change the punch at ${time}`)}</span></wa-button
              >
              <wa-button
                size="s"
                appearance="outlined"
                @click=${() => this.#ask({ is: 'void', punch })}
                data-test="ask-void"
                ><span aria-hidden="true">${msg('Remove')}</span
                ><span class="sr">${msg(str`Remove the punch at ${time}`)}</span></wa-button
              >
            </div>`
      }
    </li>`;
  }

  #addition() {
    const { form, record, typed } = this;
    const { site, timeZone } = record;
    return this.sheet({
      act: msg('Ask for approval'),
      test: 'send-request',
      intro: html`<p class="quiet small">
        ${msg('The punch is added once somebody approves your request.')}
      </p>`,
      fields: html`${kindChoice('in')}
      ${textField({
        name: 'time',
        label: msg(str`Time at ${site} (${timeZone})`),
        type: 'time',
        required: true,
        fault: form.fault('time'),
        onInput: (time) => (this.typed = { date: this.date, time }),
      })}
      ${timeDoubt(record, { ...typed, date: this.date }, form.fault('pass'))}
      ${reasonField(form.fault('reason'))}`,
    });
  }

  /** Of a punch to change or to remove. */
  #replacement() {
    const { form, step, typed } = this;
    if (!('punch' in step)) return nothing;
    const { is, punch } = step;
    const time = clockTime(punch.localTime);
    return this.sheet({
      act: msg('Ask for approval'),
      test: 'send-request',
      intro: html`<p class="quiet small">
        ${
          is === 'change'
            ? msg(str`The punch at ${time} is replaced once somebody approves your request.`)
            : msg(
                str`The punch at ${time} counts nowhere once somebody approves your request. It stays visible, struck through.`,
              )
        }
      </p>`,
      fields:
        is === 'change'
          ? changeFields({
              form,
              punch,
              stays: this.day?.stays ?? [],
              typed,
              onTyped: (to) => (this.typed = to),
            })
          : reasonField(form.fault('reason')),
    });
  }

  #ask(step: Step) {
    this.form.clear();
    this.typed = { date: '', time: '' };
    this.step = step;
  }

  protected override async send(values: Record<string, string>) {
    const asked = await this.form.submit(() =>
      api.own.requestCorrection({ body: inputOf(this.step, this.date, values) }),
    );
    if (!asked) return;
    toast(msg('Sent for approval'));
    this.dispatchEvent(new Event('requested'));
    this.open = false;
  }
}

function inputOf(step: Step, date: string, values: Record<string, string>): OwnCorrectionInput {
  if (step.is === 'change') return changeOf(step.punch, values);
  if (step.is === 'void') return { kind: 'void', punchId: step.punch.id, reason: values['reason'] ?? '' };
  return { kind: 'add', ...sentPunch(values), date };
}

customElements.define('muster-own-day', MusterOwnDay);
