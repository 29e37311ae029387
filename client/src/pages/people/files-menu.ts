/** People as files: the way to the import, and the people of the list as a file. */
import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import '@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { navigate } from '../../app/navigation.ts';
import { allowed } from '../../app/session.ts';
import { toastError } from '../../app/toasts.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import type { filterQueryOf } from './people-filters.ts';

/** @param filters of the list: the file holds the same people */
export function filesMenu(filters: ReturnType<typeof filterQueryOf>): TemplateResult {
  const choose = (chosen: string | undefined) => {
    if (chosen === 'import') navigate('/people/import');
    else if (chosen === 'xlsx' || chosen === 'csv') {
      api.people.file({ query: { ...filters, format: chosen, language: language() } }).catch(toastError);
    }
  };
  return html`<wa-dropdown
    placement="bottom-end"
    @wa-select=${(event: CustomEvent<{ item: { value?: string } }>) => choose(event.detail.item.value)}
  >
    <wa-button slot="trigger" appearance="outlined" with-caret data-test="files">
      ${allowed('people:write') ? msg('Import and export') : msg('Export')}
    </wa-button>
    ${
      allowed('people:write')
        ? html`<wa-dropdown-item value="import" data-test="import"
            ><wa-icon slot="icon" name="upload"></wa-icon>${msg('Import people …')}</wa-dropdown-item
          >`
        : nothing
    }
    <wa-dropdown-item value="xlsx" data-test="export-xlsx"
      ><wa-icon slot="icon" name="download"></wa-icon>${msg('Export this list (Excel)')}</wa-dropdown-item
    >
    <wa-dropdown-item value="csv" data-test="export-csv"
      ><wa-icon slot="icon" name="download"></wa-icon>${msg('Export this list (CSV)')}</wa-dropdown-item
    >
  </wa-dropdown>`;
}
