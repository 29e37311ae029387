/** Joins a department into another one. Fires `done` when it closes. */
import { msg, str } from '@lit/localize';
import { html } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { DepartmentView } from '#protocol/departments.ts';
import { toast } from '../../app/toasts.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { api } from '../../session/api.ts';
import { isUsed, usesText } from './department-text.ts';

export class MusterDepartmentJoin extends FormDialog {
  static override properties = { department: { attribute: false }, others: { attribute: false } };
  declare department: DepartmentView;
  declare others: readonly DepartmentView[];

  override render() {
    const { name, uses } = this.department;
    const moved = usesText(uses);
    return this.frame(
      msg(str`Join ${name} into another department`),
      'join-dialog',
      this.sheet({
        act: msg('Join'),
        test: 'save',
        intro: html`<p class="quiet">
          ${
            isUsed(uses)
              ? msg(
                  str`The other department gets ${moved}. ${name} is gone afterwards; this cannot be undone.`,
                )
              : msg(str`${name} is gone afterwards. Its name finds the other department from then on.`)
          }
        </p>`,
        fields: html`<wa-select
          name="into"
          label=${msg('Department that stays')}
          hint=${this.form.fault('into')}
          required
          data-test="into"
        >
          ${this.others.map((other) => html`<wa-option value=${other.id}>${other.name}</wa-option>`)}
        </wa-select>`,
      }),
    );
  }

  protected override async send({ into = '' }: Record<string, string>) {
    const { id, name } = this.department;
    const joined = await this.form.submit(() => api.departments.join({ params: { id }, body: { into } }));
    if (!joined) return;
    toast(msg(str`${name} was joined into ${joined.name}`));
    this.open = false;
  }
}

customElements.define('muster-department-join', MusterDepartmentJoin);
