/** The reports of hours. Report, month and department are in the address, so that Back works and a link can be sent. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import '@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { currentUrl, navigate } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { allowed } from '../../app/session.ts';
import { toastError } from '../../app/toasts.ts';
import { monthChoice, monthChoiceStyles, monthOfAddress, monthSpan } from '../../components/month-choice.ts';
import { departmentField, loadedDepartments, namesOf } from '../../components/department-field.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { pageLinks, pageLinksStyles } from '../../components/page-links.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { isReport, type ReportKind, REPORTS, reportText } from './report-kinds.ts';
import './departments-report.ts';
import './people-report.ts';
import './balances-report.ts';
import './hours-report.ts';

type FileReport = ReportKind | 'days' | 'remarks' | 'month-sheets';

interface Address {
  report: ReportKind;
  month: string;
  /** Empty for everybody. */
  department: string;
}

export class MusterReports extends MusterElement {
  static override styles = [
    shared,
    monthChoiceStyles,
    pageLinksStyles,
    css`
      .filters {
        justify-content: space-between;
      }
    `,
  ];
  readonly controllers = [new ObservableController(this, currentUrl)];
  /** Null for a manager, who sees one department only. */
  readonly #departments = allowed('people:read') ? loadedDepartments(this) : null;

  get #address(): Address {
    const parameters = new URLSearchParams(location.search);
    const report = parameters.get('report');
    return {
      report: isReport(report) ? report : 'departments',
      month: monthOfAddress(parameters),
      department: parameters.get('department') ?? '',
    };
  }

  override render() {
    const { report, month, department } = this.#address;
    return html`<div class="page" data-test="reports-page">
      <div class="head">
        <div>
          <h1>${msg('Reports')}</h1>
          <p class="quiet">${msg('Only days that are over are counted.')}</p>
        </div>
        ${monthChoice(month, (to) => this.#go({ month: to }))}
      </div>
      ${pageLinks(msg('Reports'), [
        ...REPORTS.map((kind) => ({
          href: addressOf({ report: kind, month, department }),
          text: reportText(kind),
          current: kind === report,
          test: `report-${kind}`,
        })),
        ...(allowed('payroll:export')
          ? [{ href: `/payroll?month=${month}`, text: msg('Payroll'), current: false, test: 'payroll' }]
          : []),
      ])}
      <div class="row filters">
        <div>
          ${
            this.#departments === null
              ? nothing
              : departmentField({
                  departments: namesOf(this.#departments),
                  value: department,
                  size: 's',
                  placeholder: msg('All departments'),
                  onChange: (to) => this.#go({ department: to }),
                })
          }
        </div>
        ${this.#files()}
      </div>
      ${this.#content()}
    </div>`;
  }

  #content() {
    const { report, month, department } = this.#address;
    if (report === 'departments') {
      return html`<muster-departments-report
        .month=${month}
        .department=${department}
      ></muster-departments-report>`;
    }
    if (report === 'people') {
      return html`<muster-people-report .month=${month} .department=${department}></muster-people-report>`;
    }
    if (report === 'balances') {
      return html`<muster-balances-report
        .month=${month}
        .department=${department}
      ></muster-balances-report>`;
    }
    return html`<muster-hours-report
      .kind=${report}
      .month=${month}
      .department=${department}
    ></muster-hours-report>`;
  }

  #files() {
    const { report } = this.#address;
    const name = reportText(report);
    const files: (readonly [FileReport, 'xlsx' | 'csv' | 'pdf', string])[] = [
      [report, 'xlsx', msg(str`${name} (XLSX)`)],
      [report, 'csv', msg(str`${name} (CSV)`)],
      ['days', 'xlsx', msg('All days (XLSX)')],
      ['days', 'csv', msg('All days (CSV)')],
      ['remarks', 'xlsx', msg('All remarks and leave (XLSX)')],
      ['month-sheets', 'pdf', msg('Month sheets (PDF)')],
    ];
    return html`<wa-dropdown
      placement="bottom-end"
      @wa-select=${(event: CustomEvent<{ item: { value?: string } }>) => this.#download(event.detail.item.value)}
    >
      <wa-button slot="trigger" size="s" appearance="outlined" with-caret data-test="files">
        <wa-icon slot="start" name="download"></wa-icon>${msg('Download')}
      </wa-button>
      ${files.map(
        ([of, format, label]) =>
          html`<wa-dropdown-item value="${of} ${format}" data-test="file-${of}-${format}"
            >${label}</wa-dropdown-item
          >`,
      )}
    </wa-dropdown>`;
  }

  #download(chosen = '') {
    const [report, format] = chosen.split(' ') as [FileReport, 'xlsx' | 'csv' | 'pdf'];
    const { month, department } = this.#address;
    // Letter is the paper of North America.
    const paper = /-(US|CA|MX)$/.test(navigator.language) ? 'letter' : 'a4';
    const query = { report, format, paper, ...monthSpan(month), language: language() } as const;
    api.reports.file({ query: { ...query, ...(department && { department }) } }).catch(toastError);
  }

  #go(change: Partial<Address>) {
    navigate(addressOf({ ...this.#address, ...change }));
  }
}

function addressOf({ report, month, department }: Address): string {
  const query = new URLSearchParams({ report, month, ...(department && { department }) });
  return `/reports?${query.toString()}`;
}

customElements.define('muster-reports', MusterReports);
