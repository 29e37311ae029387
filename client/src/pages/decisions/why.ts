/** Why a face was recognized or not. It is fetched only when asked for, because every look is in the audit trail. */
import { msg } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/spinner/spinner.js';
import type { DecisionView } from '#protocol/decisions.ts';
import { alert } from '../../components/alert.ts';
import { formStyles } from '../../components/form.styles.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { whyStyles, whyView } from './why-view.ts';

/** What is asked about. */
export type Asked = { decision: string } | { punch: string } | { refused: string };

export class MusterWhy extends MusterElement {
  static override properties = { asked: { attribute: false } };
  static override styles = [shared, formStyles, whyStyles];
  declare asked: Asked;
  readonly #decision = new Loaded(this, () => fetched(this.asked));

  override render() {
    const { value, error } = this.#decision;
    if (value) return whyView(value);
    if (error?.code === 'not-found') {
      return html`<p data-test="why-missing">
        ${msg('Nothing is kept about this, or no longer: an owner sets under Settings for how long.')}
      </p>`;
    }
    return error ? alert(error) : html`<wa-spinner></wa-spinner>`;
  }
}

function fetched(asked: Asked): Promise<DecisionView> {
  if ('decision' in asked) return api.decisions.get({ params: { id: asked.decision } });
  if ('punch' in asked) return api.decisions.ofPunch({ params: { id: asked.punch } });
  return api.decisions.ofRefusedPunch({ params: { id: asked.refused } });
}

customElements.define('muster-why', MusterWhy);
