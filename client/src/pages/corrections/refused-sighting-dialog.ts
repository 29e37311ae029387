/** Decides on a check-in that the database refused. Fires `done` when it closes. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import { REFUSED_SIGHTING_SHAPE, type RefusedSightingView } from '#protocol/refused-sightings.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { dateTime } from '../../components/format.ts';
import { longest } from '../../components/longest.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';

export class MusterRefusedSighting extends FormDialog {
  static override properties = { sighting: { attribute: false } };
  declare sighting: RefusedSightingView;

  override render() {
    const { person, device, at } = this.sighting;
    return this.frame(
      msg('What becomes of this check-in?'),
      'refused-sighting',
      this.sheet({
        act: msg('Save'),
        test: 'send-decision',
        intro: html`<p>${person.displayName} · ${device} · ${dateTime(at)}</p>`,
        fields: html`<wa-radio-group
            name="decision"
            label=${msg('Decision')}
            value="in"
            orientation="horizontal"
          >
            <wa-radio appearance="button" value="in">${msg('Book a check-in')}</wa-radio>
            <wa-radio appearance="button" value="out">${msg('Book a check-out')}</wa-radio>
            <wa-radio appearance="button" value="dismiss">${msg('Dismiss')}</wa-radio>
          </wa-radio-group>
          ${textField({
            name: 'reason',
            label: msg('Reason'),
            hint: msg('For example “The station was off”'),
            required: true,
            maxlength: longest(REFUSED_SIGHTING_SHAPE.reason),
            fault: this.form.fault('reason'),
          })}`,
      }),
    );
  }

  protected override async send({ decision, reason = '' }: Record<string, string>) {
    const { id } = this.sighting;
    const body =
      decision === 'dismiss'
        ? { decision: 'dismiss' as const, reason }
        : {
            decision: 'book' as const,
            says: decision === 'out' ? ('out' as const) : ('in' as const),
            reason,
          };
    const decided = await this.form.submit(async () => {
      await api.refused.decide({ params: { id }, body });
      return true;
    });
    if (!decided) return;
    toast(decision === 'dismiss' ? msg('Check-in dismissed') : msg('Correction requested'));
    this.open = false;
  }
}

customElements.define('muster-refused-sighting', MusterRefusedSighting);
