/** Links that were made for many people: as slips to print, and as a list. They are shown this once. */
import { msg, str } from '@lit/localize';
import { css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { InvitationsResult } from '#protocol/people-acts.ts';
import { toastError } from '../../app/toasts.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { number, plural } from '../../locales/intl.ts';
import { saveBlob } from '../../session/save.ts';
import { shared } from '../../styles/shared.ts';
import { type InvitationLink, invitationLinks } from './invitation-links.ts';
import './mail-invitations.ts';
import { printSlips } from './invitation-slips.ts';

export class MusterMadeInvitations extends MusterElement {
  static override properties = { made: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host,
      .acts {
        display: grid;
        gap: 1rem;
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
      }
      .warn {
        color: var(--m-warn);
      }
    `,
  ];
  declare made: InvitationsResult;

  override render() {
    const { links, ownMachineOnly } = invitationLinks(this.made);
    return html`<p><strong>${madeText(links.length)}</strong></p>
      <p class="quiet">
        ${msg('The links are shown only now: print the slips or save the list before you close this. Whoever has a link can capture a face for that person.')}
      </p>
      ${ownMachineOnly ? html`<p class="small warn">${msg('This address works only on this machine: the server found no address in your network.')}</p>` : ''}
      <div class="acts">
        <wa-button
          variant="brand"
          ?disabled=${links.length === 0}
          @click=${() => printSlips(links)}
          data-test="print-slips"
        >
          <wa-icon slot="start" name="print"></wa-icon>${msg('Print slips')}
        </wa-button>
        <wa-button
          appearance="outlined"
          ?disabled=${links.length === 0}
          @click=${() => this.#save(links, 'xlsx')}
          data-test="links-xlsx"
        >
          <wa-icon slot="start" name="download"></wa-icon>${msg('List (Excel)')}
        </wa-button>
        <wa-button
          appearance="outlined"
          ?disabled=${links.length === 0}
          @click=${() => this.#save(links, 'csv')}
          data-test="links-csv"
        >
          <wa-icon slot="start" name="download"></wa-icon>${msg('List (CSV)')}
        </wa-button>
      </div>
      <muster-mail-invitations .invitations=${this.made.invitations}></muster-mail-invitations>`;
  }

  #save(links: readonly InvitationLink[], format: 'xlsx' | 'csv') {
    import('./links-file.ts')
      .then(async ({ linksFile }) => {
        saveBlob(await linksFile(links, format), `${msg('invitations')}.${format}`);
      })
      .catch(toastError);
  }
}

function madeText(made: number): string {
  const amount = number(made);
  return plural(made, { one: msg('1 link was made.'), other: msg(str`${amount} links were made.`) });
}

customElements.define('muster-made-invitations', MusterMadeInvitations);
