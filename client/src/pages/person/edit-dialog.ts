/** Edits a person's record and status. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import {
  PERSON_FIELDS,
  PERSON_STATUSES,
  type PersonInput,
  type PersonStatus,
  type PersonView,
} from '#protocol/people.ts';
import { toast } from '../../app/toasts.ts';
import { loadedDepartments, namesOf } from '../../components/department-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { formValues } from '../../components/form-state.ts';
import { personFields, personWords } from '../../components/person-fields.ts';
import { type DraftWords, SharedEdit } from '../../components/shared-edit/shared-edit.ts';
import { Loaded } from '../../components/loaded.ts';
import { siteField } from '../../components/site-field.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { statusText } from './status-text.ts';

type PersonDraft = Record<(typeof PERSON_FIELDS)[number] | 'siteId' | 'status', string>;

export class MusterPersonEdit extends FormDialog {
  static override properties = { person: { attribute: false } };
  static override styles = [
    FormDialog.styles,
    css`
      wa-dialog {
        --width: 44rem;
      }
    `,
  ];
  declare person: PersonView;
  #edit: SharedEdit<PersonDraft, PersonView> | null = null;
  readonly #departments = loadedDepartments(this);
  readonly #sites = new Loaded(this, () => allOf((page) => api.sites.list({ query: page }), 'sites'));

  override willUpdate() {
    const { id } = this.person;
    this.#edit ??= new SharedEdit<PersonDraft, PersonView>(this, {
      record: this.person,
      draftOf,
      read: () => this.#read(),
      words: () => this.#words(),
      current: () => api.people.get({ params: { id } }),
      send: (change, version) =>
        api.people.update({ params: { id }, body: change as Partial<PersonInput>, version }),
    });
  }

  override render() {
    const { draft } = this.#edit!;
    return this.frame(
      msg(str`Edit ${this.person.displayName}`),
      'edit-person',
      this.sheet({
        act: msg('Save'),
        test: 'save',
        intro: html`${this.#edit!.notice()}`,
        fields: html`
          <div class="fields">
            ${personFields({
              values: { ...draft },
              departments: namesOf(this.#departments),
              fault: (field) => this.form.fault(field),
            })}
          </div>
          ${this.#site(draft)}
          <wa-radio-group
            name="status"
            label=${msg('Status')}
            .value=${draft.status}
            orientation="horizontal"
            hint=${msg('Only active people are recognized. The face data of people who have left is deleted after the retention period.')}
          >
            ${PERSON_STATUSES.map(
              (value) => html`<wa-radio appearance="button" value=${value}>${statusText(value)}</wa-radio>`,
            )}
          </wa-radio-group>
        `,
      }),
    );
  }

  /** Where there is only one, there is nothing to choose. */
  #site({ siteId }: PersonDraft) {
    const sites = this.#sites.value ?? [];
    return sites.length > 1 ? siteField(sites, this.#siteOf(siteId), this.form.fault('siteId')) : nothing;
  }

  /** A person without a site of their own belongs to the default one. */
  #siteOf(siteId: string): string {
    return siteId || (this.#sites.value?.find((site) => site.default)?.id ?? '');
  }

  #read(): PersonDraft {
    const before = this.#edit!.draft;
    const values = formValues(this.renderRoot.querySelector('form')!);
    // A department that was cleared is absent.
    const typed: PersonDraft = { ...before, department: '', ...values };
    // The default site that is shown for a person without one was not chosen by anybody.
    return typed.siteId === this.#siteOf(before.siteId) ? { ...typed, siteId: before.siteId } : typed;
  }

  #words(): DraftWords<PersonDraft> {
    const nameOf = (id: string) => this.#sites.value?.find((site) => site.id === id)?.name ?? '';
    return {
      ...personWords(),
      siteId: { label: msg('Site'), text: (id) => nameOf(this.#siteOf(id)) },
      status: { label: msg('Status'), text: (status) => statusText(status as PersonStatus) },
    };
  }

  protected override async send() {
    const saved = await this.form.submit(() => this.#edit!.save());
    if (!saved) return;
    if (saved.version !== this.person.version) {
      toast(this.#edit!.saved(msg(str`${saved.displayName} was changed`)));
    }
    this.open = false;
  }
}

/** Blank where there is none. */
function draftOf(person: PersonView): PersonDraft {
  const values = [...PERSON_FIELDS, 'siteId', 'status'] as const;
  return Object.fromEntries(values.map((name) => [name, person[name] ?? ''])) as PersonDraft;
}

customElements.define('muster-person-edit', MusterPersonEdit);
