/** The departments: who is in them, and what they are called. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import '@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { DepartmentView } from '#protocol/departments.ts';
import { allowed } from '../../app/session.ts';
import { toast, toastError } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { loadedDepartments } from '../../components/department-field.ts';
import { formStyles } from '../../components/form.styles.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { list, number } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './department-dialog.ts';
import { isUsed, usesText } from './department-text.ts';
import './join-dialog.ts';

type Dialog = { kind: 'add' } | { kind: 'rename' | 'join'; department: DepartmentView };

export class MusterDepartments extends MusterElement {
  static override properties = { dialog: { state: true } };
  static override styles = [
    shared,
    formStyles,
    listStyles,
    css`
      td {
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare dialog: Dialog | null;
  readonly #departments = loadedDepartments(this);

  constructor() {
    super();
    this.dialog = null;
  }

  override render() {
    const { value, error } = this.#departments;
    return html`<div class="page">
        <div class="head">
          <div>
            <h1>${msg('Departments')}</h1>
            <p class="quiet">
              ${msg('People, managers, rotas and reports use this list. A new name counts everywhere at once.')}
            </p>
          </div>
          ${
            allowed('people:write')
              ? html`<wa-button
                  variant="brand"
                  @click=${() => (this.dialog = { kind: 'add' })}
                  data-test="add-department"
                >
                  <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a department')}
                </wa-button>`
              : nothing
          }
        </div>
        ${listCard(
          { items: value, error },
          {
            empty: emptyState({
              icon: 'users',
              title: msg('No departments yet'),
              text: msg('Add the first one, or import people: an import can add their departments.'),
              test: 'no-departments',
            }),
            table: (departments) =>
              dataTable({
                test: 'departments',
                columns: this.#columns(),
                items: departments,
                key: ({ id }) => id,
                row: ({ id, name }, cells) =>
                  html`<tr data-test="department" data-department=${id} data-name=${name}>
                    ${cells}
                  </tr>`,
              }),
          },
        )}
      </div>
      ${this.#dialog()}<muster-confirm></muster-confirm>`;
  }

  #columns(): (Column<DepartmentView> | null)[] {
    return [
      { label: msg('Name'), cell: title },
      { label: msg('People'), numeric: true, cell: people },
      { label: msg('Managers'), kind: 'wide', cell: ({ uses }) => list(uses.managers) || '–' },
      allowed('people:write')
        ? {
            label: msg('Actions'),
            hiddenLabel: true,
            kind: 'actions',
            cell: (department) => this.#actions(department),
          }
        : null,
    ];
  }

  #actions(department: DepartmentView) {
    const { name } = department;
    const choose = (chosen: string | undefined) => {
      if (chosen === 'rename' || chosen === 'join') this.dialog = { kind: chosen, department };
      else if (chosen === 'remove') this.#remove(department).catch(toastError);
    };
    return html`<div>
      <wa-dropdown
        placement="bottom-end"
        @wa-select=${(event: CustomEvent<{ item: { value?: string } }>) => choose(event.detail.item.value)}
      >
        <wa-button slot="trigger" size="s" appearance="outlined" data-test="acts">
          <wa-icon name="edit" label=${msg(str`Change ${name}`)}></wa-icon>
        </wa-button>
        <wa-dropdown-item value="rename" data-test="rename">${msg('Rename …')}</wa-dropdown-item>
        <wa-dropdown-item
          value="join"
          ?disabled=${(this.#departments.value ?? []).length < 2}
          data-test="join"
          >${msg('Join into another …')}</wa-dropdown-item
        >
        <wa-dropdown-item value="remove" data-test="remove">${msg('Remove …')}</wa-dropdown-item>
      </wa-dropdown>
    </div>`;
  }

  #dialog() {
    const { dialog } = this;
    if (!dialog) return nothing;
    if (dialog.kind === 'join') {
      return html`<muster-department-join
        .department=${dialog.department}
        .others=${(this.#departments.value ?? []).filter(({ id }) => id !== dialog.department.id)}
        @done=${this.#done}
      ></muster-department-join>`;
    }
    return html`<muster-department
      .department=${dialog.kind === 'rename' ? dialog.department : null}
      @done=${this.#done}
    ></muster-department>`;
  }

  readonly #done = () => {
    this.dialog = null;
    this.#departments.refresh();
  };

  /** One that is in use is not removed: the reader learns by whom, and may join it into another one instead. */
  async #remove(department: DepartmentView) {
    const { id, name, version, uses } = department;
    const confirm = this.renderRoot.querySelector<MusterConfirm>('muster-confirm');
    if (isUsed(uses)) {
      const instead = await confirm?.ask({
        title: msg(str`${name} is in use`),
        text: msg(
          str`It cannot be removed, because others refer to it: ${usesText(uses)}. Join it into another department, or give them another one first.`,
        ),
        act: msg('Join into another …'),
        harmless: true,
      });
      if (instead) this.dialog = { kind: 'join', department };
      return;
    }
    const sure = await confirm?.ask({
      title: msg(str`Remove ${name}?`),
      text: msg('Nobody is in this department. It disappears from every list.'),
      act: msg('Remove'),
    });
    if (!sure) return;
    await api.departments.remove({ params: { id }, version });
    toast(msg(str`${name} was removed`));
    this.#departments.refresh();
  }
}

function title({ name, formerNames }: DepartmentView) {
  return html`<strong>${name}</strong>${
      formerNames.length > 0
        ? html`<div class="small quiet">${msg(str`Formerly ${list(formerNames)}`)}</div>`
        : nothing
    }`;
}

function people({ name, uses }: DepartmentView) {
  if (uses.people === 0) return '0';
  return html`<a
    href="/people?${new URLSearchParams({ department: name }).toString()}"
    aria-label=${msg(str`${number(uses.people)} people in ${name}`)}
    >${number(uses.people)}</a
  >`;
}

customElements.define('muster-departments', MusterDepartments);
