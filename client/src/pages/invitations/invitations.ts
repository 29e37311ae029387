/** The invitations to enroll: what waits for a decision of HR, which links are open, and what became of the others. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import type { EnrollmentInvitationView } from '#protocol/enrollment-invitations.ts';
import { currentUrl, historyPlace, navigate, withQuery } from '../../app/navigation.ts';
import { ObservableController } from '../../app/observable-controller.ts';
import { toast, toastError } from '../../app/toasts.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { formStyles } from '../../components/form.styles.ts';
import { type Column, dataTable } from '../../components/list-page/data-table.ts';
import { emptyState, listCard, listStyles } from '../../components/list-page/list-card.ts';
import { PagedList } from '../../components/list-page/paged-list.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import { filterStyles } from '../people/people-filters.ts';
import './capture-decision.ts';
import { lastEvent, stateChip } from './invitation-text.ts';
import { revokeQuestion } from './revoke-question.ts';

const FILTERS = ['waiting', 'open'] as const;
type Filter = (typeof FILTERS)[number];

export class MusterInvitations extends MusterElement {
  static override properties = { deciding: { state: true } };
  static override styles = [shared, formStyles, listStyles, filterStyles];
  declare deciding: EnrollmentInvitationView | null;
  readonly controllers = [new ObservableController(this, currentUrl)];
  #url = currentUrl.value;
  readonly #invitations = new PagedList<EnrollmentInvitationView>(
    this,
    async (query) => {
      const state = filterOf(currentUrl.value);
      const { invitations, next } = await api.enrollmentInvitations.list({
        query: { ...query, ...(state && { state }) },
      });
      return { items: invitations, next };
    },
    historyPlace,
  );

  constructor() {
    super();
    this.deciding = null;
  }

  protected override willUpdate() {
    // On its way to another page, the address is no longer that of this one.
    if (this.#url === currentUrl.value || !/^\/people\/invitations(\?|$)/.test(currentUrl.value)) return;
    this.#url = currentUrl.value;
    this.#invitations.restart();
  }

  override render() {
    return html`<div class="page">
        <div class="head">
          <div>
            <p class="small"><a href="/people">${msg('People')}</a></p>
            <h1>${msg('Invitations to enroll')}</h1>
            <p class="quiet">
              ${msg('People enroll their face on their own phone. You invite them on their page.')}
            </p>
          </div>
        </div>
        <div class="filters">
          <wa-select
            label=${msg('Show', { id: 'invitations-show', desc: 'Which invitations the list shows' })}
            .value=${filterOf(this.#url) ?? 'all'}
            @change=${this.#filter}
            data-test="show-invitations"
          >
            <wa-option value="all">${msg('All', { id: 'all-invitations' })}</wa-option>
            <wa-option value="waiting">${msg('Waiting for you')}</wa-option>
            <wa-option value="open">${msg('Open links')}</wa-option>
          </wa-select>
        </div>
        ${listCard(this.#invitations, {
          empty: emptyState({
            icon: 'scan-face',
            title: filterOf(this.#url) === 'waiting' ? msg('Nothing waits for you') : msg('No invitations'),
            text: msg('Open a person and choose “Invite”.'),
          }),
          table: (items) => this.#table(items),
        })}
        ${
          this.deciding
            ? html`<muster-capture-decision
                .invitation=${this.deciding}
                @decided=${() => this.#invitations.refresh()}
                @done=${() => (this.deciding = null)}
              ></muster-capture-decision>`
            : nothing
        }
      </div>
      <muster-confirm></muster-confirm>`;
  }

  #table(items: readonly EnrollmentInvitationView[]) {
    return dataTable({
      test: 'invitations',
      columns: this.#columns(),
      items,
      key: ({ id }) => id,
      row: ({ id, state, person }, cells) =>
        html`<tr data-test="invitation" data-invitation=${id} data-state=${state} data-person=${person.id}>
          ${cells}
        </tr>`,
    });
  }

  #columns(): Column<EnrollmentInvitationView>[] {
    return [
      {
        label: msg('Person'),
        cell: (one) =>
          html`<a href="/people/${one.person.id}"><strong>${one.person.displayName}</strong></a>
            <div class="small quiet">${one.person.number}</div>
            <div class="narrow small">${stateChip(one)}</div>`,
      },
      { label: msg('State'), kind: 'wide', cell: stateChip },
      {
        label: msg('Last event'),
        kind: 'wide',
        cell: (one) =>
          html`${lastEvent(one)} ${one.reason ? html`<div class="small quiet">${one.reason}</div>` : nothing}`,
      },
      { label: msg('Actions'), hiddenLabel: true, kind: 'actions', cell: (one) => this.#actions(one) },
    ];
  }

  #actions(one: EnrollmentInvitationView) {
    if (one.state === 'waiting') {
      return html`<div>
        <wa-button size="s" variant="brand" @click=${() => (this.deciding = one)} data-test="decide"
          >${msg('Decide …')}</wa-button
        >
      </div>`;
    }
    if (one.state !== 'sent' && one.state !== 'opened') return nothing;
    return html`<div>
      <wa-button size="s" appearance="outlined" @click=${() => this.#revoke(one)} data-test="revoke"
        >${msg('Revoke')}</wa-button
      >
    </div>`;
  }

  readonly #filter = (event: Event) => {
    const { value } = event.target as HTMLInputElement;
    navigate(withQuery(currentUrl.value, { state: value === 'all' ? '' : value }), { replace: true });
  };

  #revoke(one: EnrollmentInvitationView) {
    this.#askAndRevoke(one).catch(toastError);
  }

  async #askAndRevoke({ id, person }: EnrollmentInvitationView) {
    const confirm = this.renderRoot.querySelector<MusterConfirm>('muster-confirm');
    if (!(await confirm?.ask(revokeQuestion(person.displayName)))) return;
    await api.enrollmentInvitations.revoke({ params: { id } });
    toast(msg('The link was revoked'));
    this.#invitations.refresh();
  }
}

function filterOf(url: string): Filter | undefined {
  const given = new URLSearchParams(url.split('?')[1] ?? '').get('state');
  return FILTERS.find((one) => one === given);
}

customElements.define('muster-invitations', MusterInvitations);
