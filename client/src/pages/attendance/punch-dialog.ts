/** The whole story of one punch, and what can be done about a wrong one. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyValues } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PunchView, WorkDayView } from '#protocol/attendance.ts';
import { CORRECTION_SHAPE, type CorrectionInput } from '#protocol/corrections.ts';
import { allowed } from '../../app/session.ts';
import { clockSetText } from '../../components/clock-text.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { clockTime, dateTime, longDate } from '../../components/format.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import '../decisions/why.ts';
import { changeFields, changeOf, type TypedTime } from './changed-punch.ts';
import { saidBy, saysText, score, sourceText } from './punch-text.ts';
import { reasonField } from './reason-field.ts';
import { toastCorrection } from './toast-correction.ts';

export class MusterPunch extends FormDialog {
  static override properties = {
    punch: { attribute: false },
    day: { attribute: false },
    step: { state: true },
    typed: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    css`
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.5rem 1.25rem;
        margin: 0;
      }
      dt {
        color: var(--m-quiet);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .story {
        display: grid;
        gap: 0.25rem;
        padding: 0.8rem 1rem;
        border-radius: var(--m-radius);
        background: var(--m-already-soft);
      }
      del {
        color: var(--m-quiet);
      }
    `,
  ];
  declare punch: PunchView;
  /** The day that it is shown in. */
  declare day: WorkDayView;
  declare step: 'look' | 'change' | 'void' | 'move' | 'why';
  declare typed: TypedTime;

  constructor() {
    super();
    this.step = 'look';
    this.typed = { date: '', time: '' };
  }

  override updated(changed: PropertyValues<this>) {
    if (changed.has('step')) this.focusFirst();
  }

  override render() {
    const time = clockTime(this.punch.localTime);
    const title = msg(str`${this.day.person.displayName}, ${time}`);
    if (this.step === 'change') return this.frame(title, 'punch-dialog', this.#change());
    if (this.step === 'void') return this.frame(title, 'punch-dialog', this.#removal());
    if (this.step === 'why') return this.frame(title, 'punch-dialog', this.#why());
    if (this.step === 'move') return this.frame(title, 'punch-dialog', this.#move());
    return this.frame(title, 'punch-dialog', html`${this.#story()} ${this.#actions()}`);
  }

  #story() {
    const { punch } = this;
    const { localDate, localTime, timeZone, device, similarity, live, correction, voided } = punch;
    const time = clockTime(localTime);
    return html`<div class="stack">
      <dl>
        <dt>${msg('Time')}</dt>
        <dd class="number">
          ${voided ? html`<del>${time}</del>` : time} · ${longDate(localDate)}
          <div class="small quiet">${timeZone}</div>
        </dd>
        <dt>${msg('Type')}</dt>
        <dd>
          ${saysText(punch)}
          <div class="small quiet">${saidBy(punch)}</div>
        </dd>
        <dt>${msg('Recorded by')}</dt>
        <dd>${sourceText(punch)}${device === null ? '' : ` · ${device}`}</dd>
        ${
          similarity === null
            ? nothing
            : html`<dt>${msg('Similarity')}</dt>
                <dd>${score(similarity)}</dd>`
        }
        ${
          live === null
            ? nothing
            : html`<dt>${msg('Liveness')}</dt>
                <dd>${score(live)}</dd>`
        }
      </dl>
      ${this.#whyButton()}
      ${
        punch.clock
          ? html`<div class="story" data-test="clock-story">
              <strong>${msg('This time may be wrong')}</strong>
              <span class="small">${clockSetText(punch.clock)}</span>
            </div>`
          : nothing
      }
      ${correction ? story(msg('Added by hand'), correction, 'added') : nothing}
      ${voided ? story(msg('Removed: counts nowhere'), voided, 'voided') : nothing}
    </div>`;
  }

  #actions() {
    if (this.punch.voided || !allowed('attendance:correct')) {
      return html`<wa-button slot="footer" variant="brand" @click=${this.close}>${msg('Close')}</wa-button>`;
    }
    return html`<wa-button
        slot="footer"
        appearance="outlined"
        @click=${() => (this.step = 'move')}
        data-test="move"
        >${msg('It was somebody else')}</wa-button
      >
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.step = 'change')} data-test="change"
        >${msg('Change')}</wa-button
      >
      <wa-button
        slot="footer"
        variant="danger"
        appearance="outlined"
        @click=${() => (this.step = 'void')}
        data-test="void"
        >${msg('Remove')}</wa-button
      >`;
  }

  #why() {
    return html`<muster-why .asked=${{ punch: this.punch.id }}></muster-why>
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.step = 'look')}
        >${msg('Back')}</wa-button
      >`;
  }

  /** Only of a punch that was made by a face. */
  #whyButton() {
    if (this.punch.similarity === null || !allowed('decisions:read')) return nothing;
    return html`<div>
      <wa-button size="s" appearance="outlined" @click=${() => (this.step = 'why')} data-test="why-punch">
        <wa-icon slot="start" name="circle-help"></wa-icon>${msg('Why?')}
      </wa-button>
    </div>`;
  }

  #change() {
    const { form, punch, day, typed } = this;
    return this.sheet({
      act: msg('Change punch'),
      test: 'send-change',
      intro: html`<p class="quiet small">
        ${msg(str`The punch at ${clockTime(punch.localTime)} stays visible, struck through; the right one is added with your name and the reason.`)}
      </p>`,
      fields: changeFields({
        form,
        punch,
        stays: day.stays,
        typed,
        onTyped: (to) => (this.typed = to),
      }),
    });
  }

  #removal() {
    return this.sheet({
      act: msg('Remove punch'),
      test: 'send-void',
      intro: html`<p class="quiet small">
        ${msg('The punch stays visible, struck through, with your name and the reason. It counts nowhere.')}
      </p>`,
      fields: reasonField(this.form.fault('reason')),
    });
  }

  #move() {
    return this.sheet({
      act: msg('Move punch'),
      test: 'send-move',
      intro: html`<p class="quiet small">
        ${msg(str`The punch no longer counts for ${this.day.person.displayName}, and counts for the other person instead.`)}
      </p>`,
      fields: html`${textField({
        name: 'number',
        label: msg('Employee number of the other person'),
        required: true,
        maxlength: longest(CORRECTION_SHAPE.number),
        autofocus: true,
        fault: this.form.fault('number'),
      })}${reasonField(this.form.fault('reason'))}`,
    });
  }

  protected override async send(values: Record<string, string>) {
    const correction = await this.form.submit(() => api.corrections.create({ body: this.#input(values) }));
    if (!correction) return;
    toastCorrection(correction);
    this.open = false;
  }

  #input(values: Record<string, string>): CorrectionInput {
    const { id } = this.punch;
    const { reason = '', number = '' } = values;
    if (this.step === 'change') return changeOf(this.punch, values);
    if (this.step === 'move') return { kind: 'move', punchId: id, number, reason };
    return { kind: 'void', punchIds: [id], reason };
  }
}

type CorrectedBy = NonNullable<PunchView['correction']>;

function story(title: string, { name, at, reason, approvedBy }: CorrectedBy, test: string) {
  return html`<div class="story" data-test=${test}>
    <strong>${title}</strong>
    <span>“${reason}”</span>
    <span class="small">${name} · ${dateTime(at)}</span>
    ${approvedBy === null ? nothing : html`<span class="small">${msg(str`Approved by ${approvedBy}`)}</span>`}
  </div>`;
}

customElements.define('muster-punch', MusterPunch);
