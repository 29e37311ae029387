/** What is known of a person, to be mended; and whether they are here, away, or gone. Fires `done` when it is closed. */
import { html, css } from 'lit';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { PersonInput, PersonView } from '#protocol/people.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { personFields } from '../../components/person-fields.ts';
import { textField } from '../../components/text-field.ts';
import { api } from '../../session/api.ts';

const STATUS = [
  ['active', 'Works here'],
  ['suspended', 'Suspended'],
  ['left', 'Has left'],
] as const;

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

  override render() {
    const current: Record<string, unknown> = { ...this.person };
    return this.frame(
      `Edit ${this.person.displayName}`,
      'edit-person',
      this.sheet({
        act: 'Save',
        test: 'save',
        fields: html`
          <div class="fields">
            ${personFields().map((field) =>
              textField({
                ...field,
                value: typeof current[field.name] === 'string' ? (current[field.name] as string) : '',
                fault: this.form.fault(field.name),
              }),
            )}
          </div>
          <wa-radio-group
            name="status"
            label="Status"
            value=${this.person.status}
            orientation="horizontal"
            hint="Only who works here is recognized. The face of somebody who has left is removed after a time."
          >
            ${STATUS.map(
              ([value, label]) => html`<wa-radio appearance="button" value=${value}>${label}</wa-radio>`,
            )}
          </wa-radio-group>
        `,
      }),
    );
  }

  protected override async send(values: Record<string, string>) {
    const before: Record<string, unknown> = { ...this.person };
    // Only what was changed: somebody else may have mended another field meanwhile.
    const change = Object.fromEntries(
      Object.entries(values).filter(([name, value]) => value !== (before[name] ?? '')),
    ) as Partial<PersonInput>;
    const done = await this.form.submit(() =>
      Object.keys(change).length === 0
        ? Promise.resolve(this.person)
        : api.changePerson(this.person.id, change),
    );
    if (!done) return;
    if (Object.keys(change).length > 0) toast(`${done.displayName} was changed`);
    this.open = false;
  }
}

customElements.define('muster-person-edit', MusterPersonEdit);
