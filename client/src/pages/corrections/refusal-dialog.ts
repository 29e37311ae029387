/** Refuses a correction or an absence, with a note for its author. Fires `done` when it closes. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import { correctionDecision } from '#protocol/corrections.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';
import { decisionFault } from './decided-text.ts';
import { type Asked, askedText, personText } from './request-text.ts';

export class MusterRefusal extends FormDialog {
  static override properties = { asked: { attribute: false }, fault: { state: true } };
  declare asked: Asked;
  /** Why it failed, where that belongs to no field. */
  declare fault: string;

  constructor() {
    super();
    this.fault = '';
  }

  override render() {
    const { asked, form } = this;
    const isAbsence = asked.is === 'absence';
    return this.frame(
      isAbsence ? msg('Refuse this absence?') : msg('Refuse this correction?'),
      'refusal',
      this.sheet({
        act: msg('Refuse'),
        test: 'send-refusal',
        message: this.fault,
        intro: html`<p>${personText(asked)} · ${askedText(asked)}</p>`,
        fields: textField({
          name: 'note',
          label: isAbsence ? msg('Reason') : msg('Note for the author'),
          hint: isAbsence ? msg('The employee reads it.') : msg('May be left empty'),
          required: isAbsence,
          maxlength: longest(correctionDecision.shape.note),
          autofocus: true,
          fault: form.fault(isAbsence ? 'answer' : 'note'),
        }),
      }),
    );
  }

  protected override async send({ note = '' }: Record<string, string>) {
    const { is, id } = this.asked;
    const decision = 'refuse' as const;
    const refused = await this.form.submit(async () =>
      is === 'absence'
        ? await api.absenceRequests.decide({ params: { id }, body: { decision, answer: note } })
        : await api.corrections.decide({ params: { id }, body: { decision, ...(note !== '' && { note }) } }),
    );
    if (!refused) {
      this.fault = this.form.message && (await decisionFault(this.asked, this.form.error));
      return;
    }
    toast(is === 'absence' ? msg('Absence refused') : msg('Correction refused'));
    this.open = false;
  }
}

customElements.define('muster-refusal', MusterRefusal);
