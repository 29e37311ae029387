/** The rotas with their next weeks, and who works by which. */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { RotaView } from '#protocol/schedules.ts';
import { allowed } from '../../app/session.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { emptyState, listStyles } from '../../components/list-page/list-card.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { pageLinksStyles } from '../../components/page-links.ts';
import { number, plural } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './assignments.ts';
import { today } from './date-text.ts';
import { editButtons } from './edit-buttons.ts';
import { loadedRotas, loadedShifts } from './loaded-plan.ts';
import { planLinks } from './plan-links.ts';
import './rota-dialog.ts';
import { previewStyles, rotaPreview } from './rota-preview.ts';
import { weekText } from './rota-text.ts';

export class MusterPlan extends MusterElement {
  static override properties = { edited: { state: true } };
  static override styles = [
    shared,
    listStyles,
    pageLinksStyles,
    previewStyles,
    css`
      .rota .head {
        align-items: start;
      }
      .rota .head > div:last-child {
        flex: none;
      }
      .rota .head > div > div {
        display: flex;
        gap: 0.25rem;
      }
      summary {
        width: fit-content;
        color: var(--m-accent);
        font-weight: 550;
        cursor: pointer;
      }
      details[open] summary {
        margin-bottom: 0.75rem;
      }
    `,
  ];
  declare edited: RotaView | 'new' | null;
  readonly #shifts = loadedShifts(this);
  readonly #rotas = loadedRotas(this);
  readonly #today = today();

  constructor() {
    super();
    this.edited = null;
  }

  override render() {
    const { edited } = this;
    const rotas = this.#rotas.value;
    const shifts = this.#shifts.value;
    return html`<div class="page" data-test="plan-page">
        <div class="head">
          <div>
            <h1>${msg('Rotas')}</h1>
            <p class="quiet">${msg('Weeks of shifts, and who works by which of them from when.')}</p>
          </div>
          ${
            allowed('schedules:write') && (shifts?.length ?? 0) > 0
              ? html`<wa-button variant="brand" @click=${() => (this.edited = 'new')} data-test="add-rota">
                  <wa-icon slot="start" name="plus"></wa-icon>${msg('Add a rota')}
                </wa-button>`
              : nothing
          }
        </div>
        ${planLinks('/plan')} ${alert(this.#rotas.error ?? this.#shifts.error)}
        ${rotas && shifts ? this.#list(rotas) : nothing}
        ${
          rotas && rotas.length > 0
            ? html`<muster-assignments .rotas=${rotas}></muster-assignments>`
            : nothing
        }
      </div>
      ${
        edited
          ? html`<muster-rota
              .rota=${edited === 'new' ? null : edited}
              .shifts=${shifts ?? []}
              @done=${this.#done}
            ></muster-rota>`
          : nothing
      }
      <muster-confirm></muster-confirm>`;
  }

  #list(rotas: readonly RotaView[]) {
    if (rotas.length === 0) return html`<div class="card flush">${this.#empty()}</div>`;
    return rotas.map((rota) => this.#rota(rota));
  }

  #empty() {
    const shifts = this.#shifts.value ?? [];
    return emptyState({
      icon: 'calendar',
      title: msg('No rotas yet'),
      text:
        shifts.length > 0
          ? msg('A rota says which shift is worked on which day of the week.')
          : msg('A rota is made of shifts. Add the shifts first.'),
      ...(shifts.length === 0 && {
        action: html`<wa-button variant="brand" href="/plan/shifts">${msg('Shifts')}</wa-button>`,
      }),
      test: 'no-rotas',
    });
  }

  #rota(rota: RotaView) {
    const shifts = this.#shifts.value ?? [];
    const { name, weeks, worksOnHolidays } = rota;
    const [first = []] = weeks;
    return html`<section
      class="card stack rota"
      aria-label=${name}
      data-test="rota"
      data-rota=${rota.id}
      data-name=${name}
    >
      <div class="head">
        <div>
          <h2>${name}</h2>
          <p class="quiet">
            ${
              weeks.length === 1
                ? weekText(first, shifts)
                : plural(weeks.length, {
                    one: msg('1 week'),
                    other: msg(str`${number(weeks.length)} weeks in turn`),
                  })
            }
            ${worksOnHolidays ? html` · ${msg('also on holidays')}` : nothing}
          </p>
        </div>
        ${
          allowed('schedules:write')
            ? html`<div>
                ${editButtons(name, {
                  onEdit: () => (this.edited = rota),
                  onRemove: () => this.#remove(rota),
                })}
              </div>`
            : nothing
        }
      </div>
      <details>
        <summary data-test="next-weeks">${msg('Next weeks')}</summary>
        ${rotaPreview(rota, shifts, this.#today)}
      </details>
    </section>`;
  }

  readonly #done = () => {
    this.edited = null;
    this.#rotas.refresh();
  };

  async #remove({ id, name, version }: RotaView) {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg(str`Remove ${name}?`),
      text: msg('A rota can be removed while it is assigned to nobody.'),
      act: msg('Remove'),
    });
    if (!sure) return;
    await api.rotas.remove({ params: { id }, version });
    toast(msg(str`${name} was removed`));
    this.#rotas.refresh();
  }
}

customElements.define('muster-plan', MusterPlan);
