/** Reopens a closed month, with a reason. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html } from 'lit';
import { type ClosingView, reopeningInput } from '#protocol/closings.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { longest } from '../../components/longest.ts';
import { monthText } from '../../components/month-choice.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';

export class MusterReopening extends FormDialog {
  static override properties = { closing: { attribute: false } };
  declare closing: ClosingView;

  override render() {
    const month = monthText(this.closing.month);
    return this.frame(
      msg(str`Reopen ${month}?`),
      'reopening',
      this.sheet({
        act: msg('Reopen'),
        test: 'send-reopening',
        intro: html`<p class="quiet small">
          ${msg('What was frozen counts no more, and the days are read anew. Reopening is recorded in the audit trail.')}
        </p>`,
        fields: textField({
          name: 'reason',
          label: msg('Reason'),
          required: true,
          maxlength: longest(reopeningInput.shape.reason),
          autofocus: true,
          fault: this.form.fault('reason'),
        }),
      }),
    );
  }

  protected override async send({ reason = '' }: Record<string, string>) {
    const { id, month } = this.closing;
    const reopened = await this.form.submit(() => api.closings.reopen({ params: { id }, body: { reason } }));
    if (!reopened) return;
    toast(msg(str`${monthText(month)} is open again`));
    this.open = false;
  }
}

customElements.define('muster-reopening', MusterReopening);
