/** Asks for an absence. Fires `requested` when it was asked for, and `done` when the dialog closes. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { Loaded } from '../../components/loaded.ts';
import { api } from '../../session/api.ts';
import { daysText } from '../month/month-sheet.ts';
import { absenceFields, readAbsence } from '../plan/absence-fields.ts';

export class MusterOwnAbsence extends FormDialog {
  readonly #vacation = new Loaded(this, () => api.own.vacation());

  override render() {
    return this.frame(
      msg('Ask for absence'),
      'own-absence-dialog',
      this.sheet({
        act: msg('Ask for approval'),
        test: 'send-absence',
        intro: html`<p class="quiet small">
          ${msg('It is entered once somebody approves your request.')} ${this.#left()}
        </p>`,
        fields: absenceFields(null, { fault: (field) => this.form.fault(field) }),
      }),
    );
  }

  #left() {
    const { value } = this.#vacation;
    if (!value?.allowance) return nothing;
    return msg(str`Vacation left in ${String(value.year)}: ${daysText(value.left)}.`);
  }

  protected override async send(values: Record<string, string>) {
    const body = readAbsence(values);
    const asked = await this.form.submit(() => api.own.requestAbsence({ body }));
    if (!asked) return;
    toast(msg('Sent for approval'));
    this.dispatchEvent(new Event('requested'));
    this.open = false;
  }
}

customElements.define('muster-own-absence', MusterOwnAbsence);
