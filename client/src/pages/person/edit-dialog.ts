/** Edits a person's record and status. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html, css, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import { PERSON_STATUSES, type PersonInput, type PersonView } from '#protocol/people.ts';
import { toast } from '../../app/toasts.ts';
import { loadedDepartments, namesOf } from '../../components/department-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { personFields } from '../../components/person-fields.ts';
import { Loaded } from '../../components/loaded.ts';
import { siteField } from '../../components/site-field.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { statusText } from './status-text.ts';

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
  readonly #departments = loadedDepartments(this);
  readonly #sites = new Loaded(this, () => allOf((page) => api.sites.list({ query: page }), 'sites'));

  override render() {
    return this.frame(
      msg(str`Edit ${this.person.displayName}`),
      'edit-person',
      this.sheet({
        act: msg('Save'),
        test: 'save',
        fields: html`
          <div class="fields">
            ${personFields({
              values: { ...this.person },
              departments: namesOf(this.#departments),
              fault: (field) => this.form.fault(field),
            })}
          </div>
          ${this.#site()}
          <wa-radio-group
            name="status"
            label=${msg('Status')}
            value=${this.person.status}
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
  #site() {
    const sites = this.#sites.value ?? [];
    return sites.length > 1 ? siteField(sites, this.#siteId, this.form.fault('siteId')) : nothing;
  }

  /** A person without a site of their own belongs to the default one. */
  get #siteId(): string {
    return this.person.siteId ?? this.#sites.value?.find((site) => site.default)?.id ?? '';
  }

  protected override async send(values: Record<string, string>) {
    const before: Record<string, unknown> = { ...this.person, siteId: this.#siteId };
    // Only the changed fields: someone else may have edited another field in the meantime.
    const change = Object.fromEntries(
      Object.entries(values).filter(([name, value]) => value !== (before[name] ?? '')),
    ) as Partial<PersonInput>;
    const done = await this.form.submit(() =>
      Object.keys(change).length === 0
        ? Promise.resolve(this.person)
        : api.people.update({
            params: { id: this.person.id },
            body: change,
            version: this.person.version,
          }),
    );
    if (!done) return;
    if (Object.keys(change).length > 0) toast(msg(str`${done.displayName} was changed`));
    this.open = false;
  }
}

customElements.define('muster-person-edit', MusterPersonEdit);
