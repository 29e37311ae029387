/** Files for payroll: a month, and the profiles by which its hours are written. The month is in the address. */
import { msg, str } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { ClosingPreviewView } from '#protocol/closings.ts';
import type { PayrollProfileView } from '#protocol/payroll.ts';
import { currentUrl, navigate } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { toastError } from '../../app/toasts.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import '../../components/confirm-dialog.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { Loaded } from '../../components/loaded.ts';
import { monthChoice, monthChoiceStyles, monthOfAddress } from '../../components/month-choice.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { number, plural } from '../../locales/intl.ts';
import { allOf } from '../../session/all-of.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './payroll-dialog.ts';
import { linesText } from './payroll-texts.ts';

export class MusterPayroll extends MusterElement {
  static override properties = { edited: { state: true } };
  static override styles = [shared, listStyles, monthChoiceStyles];
  declare edited: PayrollProfileView | 'new' | null;
  readonly controllers = [new ObservableController(this, currentUrl)];
  readonly #profiles = new Loaded(this, () =>
    allOf((page) => api.payrollProfiles.list({ query: page }), 'profiles'),
  );
  readonly #month = new Loaded<ClosingPreviewView>(this, () =>
    api.closings.preview({ query: { month: this.#chosen } }),
  );

  constructor() {
    super();
    this.edited = null;
  }

  /** Payroll is about the month before, unless another one is asked for. */
  get #chosen(): string {
    return monthOfAddress(new URLSearchParams(location.search), 1);
  }

  override render() {
    const { value, error } = this.#profiles;
    return html`<div class="page" data-test="payroll-page">
        <div class="head">
          <div>
            <h1>${msg('Payroll')}</h1>
            <p class="quiet">
              ${msg('A profile says once which columns your payroll program reads, and in which format.')}
            </p>
          </div>
          ${monthChoice(this.#chosen, this.#go)}
        </div>
        ${this.#state()}
        <div class="row">
          <wa-button variant="brand" @click=${() => (this.edited = 'new')} data-test="new-profile">
            <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a payroll profile')}
          </wa-button>
        </div>
        ${listCard(
          { items: value, error },
          {
            empty: emptyState({
              icon: 'reports',
              text: msg(
                'There is no payroll profile yet. Add one to download the hours of a month for payroll.',
              ),
              test: 'no-profiles',
            }),
            table: (profiles) =>
              dataTable({
                test: 'profiles',
                columns: this.#columns(),
                items: profiles,
                key: ({ id }) => id,
                row: ({ id }, cells) =>
                  html`<tr data-test="profile" data-profile=${id}>
                    ${cells}
                  </tr>`,
              }),
          },
        )}
      </div>
      ${
        this.edited
          ? html`<muster-payroll-profile
              .profile=${this.edited === 'new' ? null : this.edited}
              @done=${this.#done}
            ></muster-payroll-profile>`
          : nothing
      }
      <muster-confirm></muster-confirm>`;
  }

  /** What is not closed can still change after the file was taken. */
  #state() {
    const { value } = this.#month;
    if (!value || value.month !== this.#chosen) return nothing;
    if (value.people === 0) {
      return value.alreadyClosed > 0
        ? html`<p data-test="month-closed">
            <span class="chip good">${msg('Closed')}</span> ${msg('The hours of this month are final.')}
          </p>`
        : nothing;
    }
    return html`<p data-test="month-open">
      <span class="chip warn">${msg('Not closed')}</span>
      ${plural(value.people, {
        one: msg('The hours of 1 person can still change.'),
        other: msg(str`The hours of ${number(value.people)} people can still change.`),
      })}
      <a href="/closings?month=${this.#chosen}">${msg('Close the month')}</a>
    </p>`;
  }

  #columns(): Column<PayrollProfileView>[] {
    return [
      {
        label: msg('Name'),
        cell: ({ name, lines }) =>
          html`<strong>${name}</strong>
            <div class="small quiet">${linesText(lines)}</div>`,
      },
      {
        label: msg('Columns'),
        kind: 'wide',
        cell: ({ columns }) => columns.map(({ header }) => header).join(', '),
      },
      { label: msg('Format'), kind: 'wide', cell: ({ format }) => format.toUpperCase() },
      { label: msg('Actions'), hiddenLabel: true, kind: 'actions', cell: (one) => this.#actions(one) },
    ];
  }

  #actions(profile: PayrollProfileView) {
    const { name } = profile;
    return html`<div>
      <wa-button
        size="s"
        variant="brand"
        appearance="outlined"
        @click=${() => this.#download(profile)}
        data-test="download"
      >
        <wa-icon slot="start" name="download"></wa-icon>${msg('Download')}
      </wa-button>
      <wa-button size="s" appearance="outlined" @click=${() => (this.edited = profile)} data-test="edit">
        <wa-icon name="edit" label=${msg(str`Edit ${name}`)}></wa-icon>
      </wa-button>
      <wa-button
        size="s"
        appearance="outlined"
        @click=${() => this.#remove(profile).catch(toastError)}
        data-test="remove"
      >
        <wa-icon name="trash" label=${msg(str`Remove ${name}`)}></wa-icon>
      </wa-button>
    </div>`;
  }

  #download({ id }: PayrollProfileView) {
    api.payrollProfiles.file({ params: { id }, query: { month: this.#chosen } }).catch(toastError);
  }

  async #remove({ id, name, version }: PayrollProfileView) {
    const confirm = this.renderRoot.querySelector<MusterConfirm>('muster-confirm')!;
    const isSure = await confirm.ask({
      title: msg(str`Remove ${name}?`),
      text: msg('Files that were downloaded before stay as they are.'),
      act: msg('Remove'),
    });
    if (!isSure) return;
    await api.payrollProfiles.remove({ params: { id }, version });
    this.#profiles.refresh();
  }

  readonly #go = (month: string) => {
    navigate(`/payroll?month=${month}`);
    this.#month.refresh();
  };

  readonly #done = () => {
    this.edited = null;
    this.#profiles.refresh();
  };
}

customElements.define('muster-payroll', MusterPayroll);
