/** What is left of the vacation of a person, for whoever decides on a request for more. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { daysText } from '../month/month-sheet.ts';

export class MusterVacationLeft extends MusterElement {
  static override properties = { personId: {}, year: {} };
  static override styles = [shared];
  declare personId: string;
  declare year: string;
  readonly #vacation = new Loaded(this, () =>
    api.vacation.get({ params: { id: this.personId }, query: { year: Number(this.year) } }),
  );

  override render() {
    const { value } = this.#vacation;
    if (!value?.allowance) return nothing;
    return html`<span class="small quiet"
      >${msg(str`Vacation left in ${this.year}, without this: ${daysText(value.left)}`)}</span
    >`;
  }
}

customElements.define('muster-vacation-left', MusterVacationLeft);
