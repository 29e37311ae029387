/** Refuses a correction, with a note for its author. Fires `done` when it closes. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import { type CorrectionView, correctionDecision } from '#protocol/corrections.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { decisionFault } from './decided-text.ts';
import { correctionText } from './correction-text.ts';

export class MusterRefusal extends FormDialog {
  static override properties = { correction: { attribute: false }, fault: { state: true } };
  declare correction: CorrectionView;
  /** Why it failed, where that belongs to no field. */
  declare fault: string;

  constructor() {
    super();
    this.fault = '';
  }

  override render() {
    return this.frame(
      msg('Refuse this correction?'),
      'refusal',
      this.sheet({
        act: msg('Refuse'),
        test: 'send-refusal',
        message: this.fault,
        intro: html`<p>
          ${this.correction.person?.displayName ?? msg('Several people')} · ${correctionText(this.correction)}
        </p>`,
        fields: textField({
          name: 'note',
          label: msg('Note for the author'),
          hint: msg('May be left empty'),
          maxlength: longest(correctionDecision.shape.note),
          autofocus: true,
          fault: this.form.fault('note'),
        }),
      }),
    );
  }

  protected override async send({ note = '' }: Record<string, string>) {
    const { id } = this.correction;
    const body = { decision: 'refuse' as const, ...(note !== '' && { note }) };
    const refused = await this.form.submit(() => api.corrections.decide({ params: { id }, body }));
    if (!refused) {
      this.fault = this.form.message && (await decisionFault(id, this.form.error));
      return;
    }
    toast(msg('Correction refused'));
    this.open = false;
  }
}

customElements.define('muster-refusal', MusterRefusal);
