/** A choice among the departments. A function and not an element, so that it takes part in its form. */
import { msg } from '@lit/localize';
import type { ReactiveControllerHost } from 'lit';
import { html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { DepartmentView } from '#protocol/departments.ts';
import { allOf } from '../session/all-of.ts';
import { api } from '../session/api.ts';
import { Loaded } from './loaded.ts';

interface DepartmentField {
  /** The names to choose from. */
  departments: readonly string[];
  value: string;
  label?: string;
  fault?: string;
  hint?: string;
  /** What it shows when none is chosen. */
  placeholder?: string;
  size?: 's';
  test?: string;
  onChange?: (name: string) => void;
}

/** Its name in the form is `department`. */
export function departmentField({
  departments,
  value,
  label = msg('Department'),
  fault = '',
  hint = '',
  placeholder = '',
  size,
  test = 'department',
  onChange,
}: DepartmentField): TemplateResult {
  // Also one that the list does not have any more, or not yet, so that it is shown.
  const names = value === '' || departments.includes(value) ? departments : [value, ...departments];
  return html`<div class="field" ?data-fault=${fault !== ''}>
    <wa-select
      name="department"
      size=${size ?? nothing}
      label=${label}
      placeholder=${placeholder}
      .value=${value}
      hint=${fault || hint}
      with-clear
      aria-invalid=${fault === '' ? 'false' : 'true'}
      @change=${(event: Event) => onChange?.((event.target as HTMLSelectElement).value ?? '')}
      data-test=${test}
    >
      ${names.map((name) => html`<wa-option value=${name}>${name}</wa-option>`)}
    </wa-select>
  </div>`;
}

/** The list of departments, for who may read it: owners and HR. */
export function loadedDepartments(host: ReactiveControllerHost): Loaded<DepartmentView[]> {
  return new Loaded(host, () => allOf((page) => api.departments.list({ query: page }), 'departments'));
}

export function namesOf(departments: Loaded<DepartmentView[]>): string[] {
  return (departments.value ?? []).map(({ name }) => name);
}
