/** Gives a person a copy of all their data, deletes it, or takes over that of another record. Fires `changed`. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonView } from '#protocol/people.ts';
import { navigate } from '../../app/navigation.ts';
import { toast, toastError } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import '../../components/data-export.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './merge-dialog.ts';
import { removalText } from './removal-text.ts';

export class MusterDataCard extends MusterElement {
  static override properties = { person: { attribute: false }, merging: { state: true } };
  static override styles = [shared];
  declare person: PersonView;
  declare merging: boolean;

  constructor() {
    super();
    this.merging = false;
  }

  override render() {
    return html`<section class="card stack" data-test="data-card">
        <h2>${msg('Personal data')}</h2>
        <p class="quiet">
          ${msg('One file with everything stored about this person: the record, consents, enrollments, all punches and the history of the record, as JSON and as tables.')}
        </p>
        <muster-data-export
          .download=${(body: { embeddings: boolean }) =>
            api.people.export({ params: { id: this.person.id }, body })}
        >
          <wa-button appearance="plain" @click=${() => (this.merging = true)} data-test="merge-records">
            <wa-icon slot="start" name="merge"></wa-icon>${msg('Merge with another record …')}
          </wa-button>
          <wa-button variant="danger" appearance="plain" @click=${this.#erase} data-test="erase">
            <wa-icon slot="start" name="trash"></wa-icon>${msg('Delete this person')}
          </wa-button>
        </muster-data-export>
      </section>
      <muster-confirm></muster-confirm>
      ${
        this.merging
          ? html`<muster-merge
              .person=${this.person}
              @merged=${() => this.dispatchEvent(new Event('changed'))}
              @done=${() => (this.merging = false)}
            ></muster-merge>`
          : nothing
      }`;
  }

  readonly #erase = () => {
    this.#askAndErase().catch(toastError);
  };

  async #askAndErase() {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Delete ${this.person.displayName}?`),
      text: msg(
        'The record, face templates and their key, PIN and badge are deleted immediately and cannot be recovered. Punches and the proof of consent are kept under a pseudonym, because the law may require them.',
      ),
      act: msg('Delete'),
    });
    if (!sure) return;
    const removal = await api.people.erase({
      params: { id: this.person.id },
      version: this.person.version,
    });
    toast(msg(str`${this.person.displayName} was deleted. ${removalText(removal)}`));
    navigate('/people');
  }
}

customElements.define('muster-data-card', MusterDataCard);
