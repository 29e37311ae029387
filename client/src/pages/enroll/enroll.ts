/**
 * Enrollment: the person, the consent, the guided capture, the result.
 * Attributes for tests, on the host: `data-step` (person, consent, capture, done, leaving).
 */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { PersonView } from '#protocol/people.ts';
import type { Replies } from '#protocol/signaling.ts';
import type { PoseBin } from '#protocol/face.ts';
import { navigate } from '../../app/navigation.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { formStyles } from '../../components/form.styles.ts';
import { stepList, stepListStyles } from '../../components/step-list.ts';
import { api } from '../../session/api.ts';
import { ClientError, reportUnexpected } from '../../session/client-error.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { shared } from '../../styles/shared.ts';
import './capture-step.ts';
import './consent-step.ts';
import './person-step.ts';
import { lookAlikeStory, lookAlikeText } from '../person/look-alike-text.ts';
import { EMPTY_BINS } from './pose-ring.ts';
import { number, plural } from '../../locales/intl.ts';

type Step = 'person' | 'consent' | 'capture' | 'done' | 'leaving';

const STEPS: readonly { step: Step; label: () => string }[] = [
  { step: 'person', label: () => msg('Person') },
  { step: 'consent', label: () => msg('Consent') },
  { step: 'capture', label: () => msg('Face') },
];

export class MusterEnroll extends MusterElement {
  static override properties = {
    personId: { attribute: false },
    step: { state: true },
    person: { state: true },
    result: { state: true },
    fault: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    stepListStyles,
    css`
      .page {
        max-width: 52rem;
      }
      .page[data-step='capture'] {
        max-width: none;
        padding-top: 1rem;
        padding-bottom: 1rem;
        gap: 0.5rem;
      }
      .slim {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.75rem 1.5rem;
        width: 100%;
        max-width: 68rem;
        margin: 0 auto;
      }
      .done {
        display: grid;
        justify-items: center;
        gap: 1.25rem;
        text-align: center;
        padding-block: clamp(1.5rem, 5vw, 3rem);
      }
      .alike {
        display: flex;
        gap: 0.75rem;
        align-items: baseline;
        margin-top: 1rem;
        padding: 0.9rem 1.1rem;
        border-radius: var(--m-radius);
        background: var(--m-already-soft);
        text-align: start;
      }
      .alike wa-icon {
        color: var(--m-already);
        flex: none;
        position: relative;
        top: 0.15em;
      }
      .alike p {
        margin: 0;
      }
      .alike strong {
        display: block;
      }
      .done .row {
        justify-content: center;
      }
      .done muster-pose-ring {
        --ring-ground: var(--m-in-soft);
        --ring-done: none;
        width: min(60vw, 15rem);
      }
    `,
  ];
  /** Set for a person who is already in the list. */
  declare personId: string | null;
  declare step: Step;
  declare person: PersonView | null;
  declare result: Replies['enrollment.save'] | null;
  declare fault: ClientError | null;

  /** Whether the person, and their first consent, were recorded on the way here: a canceled enrollment leaves neither. */
  #added = false;
  #consented = false;

  constructor() {
    super();
    this.personId = null;
    this.step = 'person';
    this.person = null;
    this.result = null;
    this.fault = null;
  }

  /** Each step begins at its top. */
  protected override updated(changed: Map<string, unknown>) {
    if (changed.get('step') !== undefined) scrollTo({ top: 0 });
  }

  override willUpdate(changed: Map<string, unknown>) {
    this.dataset['step'] = this.step;
    if (changed.has('personId') && this.personId !== (this.person?.id ?? null)) {
      this.#reset();
      if (this.personId) this.#find(this.personId).catch(reportUnexpected);
    }
  }

  #reset() {
    this.#added = false;
    this.#consented = false;
    this.step = 'person';
    this.person = null;
    this.result = null;
    this.fault = null;
  }

  async #find(id: string) {
    try {
      this.#take(await api.people.get({ params: { id } }));
    } catch (error) {
      this.fault = ClientError.of(error);
    }
  }

  #take(person: PersonView) {
    this.person = person;
    this.step = person.consent?.current ? 'capture' : 'consent';
  }

  override render() {
    if (this.step === 'done') return this.#done();
    const at = STEPS.findIndex(({ step }) => step === this.step);
    return html`<div class="page" data-step=${this.step}>
      <div class="slim">
        ${
          this.step === 'capture'
            ? html`<strong>${this.person?.displayName}</strong>`
            : html`<h1>
                ${this.person ? msg(str`Enroll ${this.person.displayName}`) : msg('Enroll a person')}
              </h1>`
        }
        ${stepList(
          STEPS.map(({ label }) => label()),
          at,
        )}
        <wa-button size="s" appearance="plain" @click=${this.#leave} data-test="cancel">
          ${msg('Cancel enrollment')}
        </wa-button>
      </div>
      ${alert(this.fault)} ${this.#step()}
      <muster-confirm></muster-confirm>
    </div>`;
  }

  #step() {
    if (this.step === 'leaving') return nothing;
    if (!this.person) {
      return this.personId
        ? nothing
        : html`<muster-person-step
            @person=${(e: CustomEvent<PersonView>) => {
              this.#added = true;
              this.#take(e.detail);
            }}
          ></muster-person-step>`;
    }
    return this.step === 'consent'
      ? html`<muster-consent-step
          .person=${this.person}
          @consented=${() => {
            this.#consented = this.person?.consent === null && this.person.enrollment === null;
            this.step = 'capture';
          }}
        ></muster-consent-step>`
      : html`<muster-capture-step
          .personId=${this.person.id}
          @saved=${this.#saved}
          @leave=${this.#leave}
        ></muster-capture-step>`;
  }

  readonly #saved = (event: CustomEvent<Replies['enrollment.save']>) => {
    this.result = event.detail;
    this.step = 'done';
  };

  #done() {
    const bins = this.result?.bins ?? [];
    const full = { ...EMPTY_BINS };
    for (const bin of bins) if (bin in full) full[bin as PoseBin] = 1;
    const angles = Object.values(full).filter((v) => v === 1).length;
    return html`<div class="page" data-step="done">
      <div class="card done" data-test="enrolled">
        <muster-pose-ring .bins=${full} done></muster-pose-ring>
        <div>
          <h1>${msg(str`${this.person?.displayName ?? ''} is enrolled`)}</h1>
          <p class="quiet">
            ${plural(angles, {
              one: msg('1 angle was saved, encrypted.'),
              other: msg(str`${number(angles)} angles were saved, encrypted.`),
            })}
            ${(this.result?.lookAlikes ?? []).length > 0 ? nothing : msg('All cameras now recognize this person.')}
          </p>
          ${this.#alike()}
        </div>
        <div class="row">
          <wa-button appearance="outlined" href="/people">${msg('Back to People')}</wa-button>
          <wa-button variant="brand" @click=${this.#another} data-test="another">
            <wa-icon slot="start" name="user-plus"></wa-icon>${msg('Enroll another person')}
          </wa-button>
        </div>
      </div>
    </div>`;
  }

  #alike() {
    const { lookAlikes = [] } = this.result ?? {};
    if (lookAlikes.length === 0) return nothing;
    return html`<div class="alike" data-test="look-alikes">
      <wa-icon name="users"></wa-icon>
      <p>
        <strong>${lookAlikeText({ lookAlikes })}</strong>
        ${lookAlikeStory({ lookAlikes })}
      </p>
    </div>`;
  }

  readonly #leave = () => {
    this.#undo().catch((error: unknown) => (this.fault = ClientError.of(error)));
  };

  /** A canceled enrollment leaves no consent behind that was given only for it, and no person unless the reader keeps them. */
  async #undo() {
    const { person } = this;
    if (!person) {
      navigate('/people');
      return;
    }
    // The camera stops before its consent goes: otherwise the page would report that the capture was ended.
    this.step = 'leaving';
    const params = { id: person.id };
    if (this.#consented) {
      await api.consents.withdraw({ params });
      this.#consented = false;
    }
    const confirm = this.renderRoot.querySelector<MusterConfirm>('muster-confirm');
    const name = person.displayName;
    const remove =
      this.#added &&
      (await confirm?.ask({
        title: msg(str`Delete ${name} again?`),
        text: msg(
          'This person was added a moment ago, and is not enrolled. Cancel keeps them without a face.',
        ),
        act: msg('Delete'),
      }));
    if (remove) {
      await api.people.erase({ params });
      toast(msg(str`${name} was deleted.`));
    }
    navigate(remove ? '/people' : `/people/${person.id}`);
  }

  readonly #another = () => {
    this.#reset();
    navigate('/enroll');
  };
}

customElements.define('muster-enroll', MusterEnroll);
