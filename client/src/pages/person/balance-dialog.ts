/** Enters where the overtime account of a person begins, what was paid, or a correction. Fires `done` when it closes. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import { BALANCE_ENTRY_KINDS, type BalanceEntryKind, newBalanceEntry } from '#protocol/schedules.ts';
import { toast } from '../../app/toasts.ts';
import { amountField } from '../../components/amount-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { today } from '../plan/date-text.ts';
import { HOUR } from '../sites/break-rules.ts';
import { entryKindText } from './balance-text.ts';

/** Hours. */
const MOST = 500;

export class MusterBalanceEntry extends FormDialog {
  static override properties = { personId: {}, kind: { state: true } };
  static override styles = FormDialog.styles;
  declare personId: string;
  declare kind: BalanceEntryKind;

  constructor() {
    super();
    this.kind = 'correction';
  }

  override render() {
    const { form, kind } = this;
    return this.frame(
      msg('Change the overtime account'),
      'balance-dialog',
      this.sheet({
        act: msg('Enter'),
        test: 'save',
        fields: html`<wa-radio-group
            name="kind"
            label=${msg('Kind')}
            .value=${kind}
            hint=${entryKindText(kind).consequence}
            @change=${(event: Event) => (this.kind = (event.target as HTMLInputElement).value as BalanceEntryKind)}
            data-test="kind"
          >
            ${BALANCE_ENTRY_KINDS.map(
              (one) => html`<wa-radio value=${one}>${entryKindText(one).title}</wa-radio>`,
            )}
          </wa-radio-group>
          <div class="fields">
            ${textField({
              name: 'date',
              label: msg('Date'),
              type: 'date',
              value: today(),
              required: true,
              fault: form.fault('date'),
            })}
            ${amountField('hours', msg('Number of hours'), '', {
              required: true,
              least: kind === 'payout' ? 0 : -MOST,
              most: MOST,
              step: 0.25,
              hint:
                form.fault('amount') ||
                (kind === 'payout' ? '' : msg('With a minus for hours that are owed')),
            })}
          </div>
          ${textField({
            name: 'reason',
            label: msg('Reason'),
            required: true,
            maxlength: longest(newBalanceEntry.shape.reason),
            fault: form.fault('reason'),
          })}`,
      }),
    );
  }

  protected override async send({ date = '', hours = '', reason = '' }: Record<string, string>) {
    const { personId, kind } = this;
    const body = { personId, kind, date, amount: Math.round(Number(hours) * HOUR), reason };
    const saved = await this.form.submit(() => api.balanceEntries.create({ body }));
    if (!saved) return;
    toast(msg('Overtime account changed'));
    this.open = false;
  }
}

customElements.define('muster-balance-entry', MusterBalanceEntry);
