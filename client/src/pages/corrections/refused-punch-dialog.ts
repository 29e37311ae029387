/** Decides on a refused punch. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import { REFUSED_PUNCH_SHAPE, type RefusedPunchView } from '#protocol/refused-punches.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { localDateTime } from '../../components/format.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { isPersonSure, isTimeSure, refusalStory, whoseText } from './refused-punch-text.ts';

const DECISIONS = ['in', 'out', 'dismiss'] as const;
type Decision = (typeof DECISIONS)[number];

export class MusterRefusedPunch extends FormDialog {
  static override properties = { punch: { attribute: false }, decision: { state: true } };
  declare punch: RefusedPunchView;
  declare decision: Decision;

  constructor() {
    super();
    this.decision = 'in';
  }

  override render() {
    const { device, localTime } = this.punch;
    return this.frame(
      msg('What becomes of this punch?'),
      'refused-punch',
      this.sheet({
        act: this.decision === 'dismiss' ? msg('Dismiss') : msg('Book'),
        test: 'send-decision',
        intro: html`<p>
            <strong>${whoseText(this.punch)}</strong><br />
            <span class="small quiet">${localDateTime(localTime)} · ${device}</span>
          </p>
          <p data-test="refusal-story">${refusalStory(this.punch)}</p>`,
        fields: this.#fields(),
      }),
    );
  }

  #fields() {
    const { punch, form } = this;
    const books = this.decision !== 'dismiss';
    return html`<wa-radio-group
        name="decision"
        label=${msg('Decision')}
        value=${this.decision}
        orientation="horizontal"
        @change=${this.#decided}
      >
        <wa-radio appearance="button" value="in">${msg('Book a check-in')}</wa-radio>
        <wa-radio appearance="button" value="out">${msg('Book a check-out')}</wa-radio>
        <wa-radio appearance="button" value="dismiss">${msg('Dismiss')}</wa-radio>
      </wa-radio-group>
      ${
        books && !isPersonSure(punch)
          ? textField({
              name: 'number',
              label: msg('Employee number'),
              value: punch.person?.number,
              required: true,
              maxlength: longest(REFUSED_PUNCH_SHAPE.number.unwrap()),
              fault: form.fault('number'),
            })
          : nothing
      }
      ${
        books && !isTimeSure(punch)
          ? textField({
              name: 'localTime',
              label: msg(str`Time at ${punch.device}`),
              type: 'datetime-local',
              value: punch.localTime.replace(' ', 'T'),
              required: true,
              fault: form.fault('localTime'),
            })
          : nothing
      }
      ${textField({
        name: 'reason',
        label: msg('Reason'),
        hint: books
          ? msg('For example “Was there, said the team lead”')
          : msg('For example “Nobody was there”'),
        required: true,
        maxlength: longest(REFUSED_PUNCH_SHAPE.reason),
        fault: form.fault('reason'),
      })}`;
  }

  readonly #decided = (event: Event) => {
    const { value } = event.target as HTMLInputElement;
    this.decision = DECISIONS.find((one) => one === value) ?? 'in';
  };

  protected override async send({ number, localTime, reason = '' }: Record<string, string>) {
    const { id } = this.punch;
    const { decision } = this;
    const body =
      decision === 'dismiss'
        ? { decision: 'dismiss' as const, reason }
        : {
            decision: 'book' as const,
            says: decision,
            reason,
            ...(number !== undefined && { number }),
            ...(localTime && { localTime: localTime.slice(0, 16).replace('T', ' ') }),
          };
    const decided = await this.form.submit(async () => {
      await api.refused.decide({ params: { id }, body });
      return true;
    });
    if (!decided) return;
    toast(decision === 'dismiss' ? msg('Punch dismissed') : msg('Correction requested'));
    this.open = false;
  }
}

customElements.define('muster-refused-punch', MusterRefusedPunch);
