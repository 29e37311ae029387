/** Adds a person. Enrolling their face is another act, which may come later or never. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PersonInput } from '#protocol/people.ts';
import { navigate } from '../../app/navigation.ts';
import { toast } from '../../app/toasts.ts';
import { loadedDepartments, namesOf } from '../../components/department-field.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { personFields } from '../../components/person-fields.ts';
import { api } from '../../session/api.ts';

export class MusterAddPerson extends FormDialog {
  static override styles = [
    FormDialog.styles,
    css`
      wa-dialog {
        --width: 44rem;
      }
    `,
  ];
  readonly #departments = loadedDepartments(this);

  override render() {
    return this.frame(
      msg('Add a person'),
      'add-person',
      this.sheet({
        act: msg('Add'),
        test: 'save',
        fields: html`<div class="fields">
          ${personFields({
            departments: namesOf(this.#departments),
            fault: (field) => this.form.fault(field),
            autofocus: true,
          })}
        </div>`,
      }),
    );
  }

  protected override async send(values: Record<string, string>) {
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
    const person = await this.form.submit(() =>
      api.people.create({ body: filled as unknown as PersonInput }),
    );
    if (!person) return;
    toast(msg(str`${person.displayName} was added`));
    this.open = false;
    navigate(`/people/${person.id}`);
  }
}

customElements.define('muster-add-person', MusterAddPerson);
