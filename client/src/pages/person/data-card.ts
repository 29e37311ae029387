/** What a person may ask of their data: a copy of everything, and to be forgotten. */
import { LitElement, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonView } from '#protocol/people.ts';
import { navigate } from '../../app/navigation.ts';
import { toast, toastError } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { removalWords } from './removal-words.ts';

export class MusterDataCard extends LitElement {
  static override properties = {
    person: { attribute: false },
    embeddings: { state: true },
    busy: { state: true },
  };
  static override styles = [shared];
  declare person: PersonView;
  declare embeddings: boolean;
  declare busy: boolean;

  constructor() {
    super();
    this.embeddings = false;
    this.busy = false;
  }

  override render() {
    return html`<section class="card stack" data-test="data-card">
        <h2>Their data</h2>
        <p class="quiet">
          One file with everything stored about this person: the record, consents, enrollments, every punch,
          and what was done with the record; as JSON and as tables.
        </p>
        <wa-checkbox
          .checked=${this.embeddings}
          @change=${(e: Event) => (this.embeddings = (e.target as HTMLInputElement).checked)}
        >
          With the numbers that describe the face
        </wa-checkbox>
        <div class="row">
          <wa-button appearance="outlined" ?loading=${this.busy} @click=${this.#export} data-test="export">
            <wa-icon slot="start" name="download"></wa-icon>Export
          </wa-button>
          <wa-button variant="danger" appearance="plain" @click=${this.#erase} data-test="erase">
            <wa-icon slot="start" name="trash"></wa-icon>Delete this person
          </wa-button>
        </div>
      </section>
      <muster-confirm></muster-confirm>`;
  }

  readonly #export = () => {
    this.busy = true;
    api
      .exportPerson(this.person.id, { embeddings: this.embeddings })
      .catch(toastError)
      .finally(() => (this.busy = false));
  };

  readonly #erase = () => {
    this.#askAndErase().catch(toastError);
  };

  async #askAndErase() {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: `Delete ${this.person.displayName}?`,
      text: 'Name and all other fields, the face templates and their key, PIN and badge are destroyed at once and for good. Punches and the proof of consent stay under a pseudonym, as the law may require.',
      act: 'Delete',
    });
    if (!sure) return;
    const removal = await api.deletePerson(this.person.id);
    toast(`${this.person.displayName} was deleted. ${removalWords(removal)}`);
    navigate('/people');
  }
}

customElements.define('muster-data-card', MusterDataCard);
