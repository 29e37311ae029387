/**
 * Sends the links that were made for many people by mail, one after the other, and says to whom that was not possible. It goes
 * on where its dialog is closed or another page is opened, and a message at the edge of the page says how it ended. On a server
 * that sends no mail there is nothing.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import type { InvitationsResult, PeopleActResult } from '#protocol/people-acts.ts';
import { toast } from '../../app/toasts.ts';
import { Loaded } from '../../components/loaded.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { list, number, plural } from '../../locales/intl.ts';
import { language } from '../../locales/language.ts';
import { api } from '../../session/api.ts';
import { ClientError, reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';
import { failedList, failedStyles } from './failed-list.ts';

type Made = InvitationsResult['invitations'][number];

/** More people than this are counted rather than named. */
const NAMED = 5;
/** After so many failures in a row it is the mail server that fails, and not an address. */
const GIVE_UP_AFTER = 3;

export class MusterMailInvitations extends MusterElement {
  static override properties = {
    invitations: { attribute: false },
    sent: { state: true },
    failed: { state: true },
    sending: { state: true },
  };
  static override styles = [
    shared,
    failedStyles,
    css`
      .mail {
        display: grid;
        gap: 0.75rem;
        justify-items: start;
      }
      wa-progress-bar {
        width: 100%;
      }
    `,
  ];
  declare invitations: readonly Made[];
  /** Ids of the invitations whose link was sent. */
  declare sent: ReadonlySet<string>;
  /** To whom it could not be sent, since the button was pressed last. */
  declare failed: PeopleActResult['failed'];
  declare sending: boolean;
  readonly #mail = new Loaded(this, () => api.mail.get());
  #stopped = false;

  constructor() {
    super();
    this.invitations = [];
    this.sent = new Set();
    this.failed = [];
    this.sending = false;
  }

  override render() {
    const of = this.invitations.length;
    if (!this.#mail.value?.configured || of === 0) return nothing;
    const done = this.sent.size;
    return html`<div class="mail" data-test="mail-invitations">
      ${
        this.sending
          ? html`<wa-progress-bar
                label=${msg('Sending')}
                value=${Math.floor((100 * (done + this.failed.length)) / of)}
              ></wa-progress-bar>
              <p class="small quiet">
                ${msg('You can close this: the messages are sent all the same, as long as Muster is open in this browser tab.')}
              </p>
              <wa-button appearance="outlined" @click=${() => (this.#stopped = true)} data-test="stop-mail"
                >${msg('Stop')}</wa-button
              >`
          : done < of
            ? html`<wa-button
                appearance="outlined"
                @click=${() => this.#send().catch(reportUnexpected)}
                data-test="mail-all"
              >
                <wa-icon slot="start" name="mail"></wa-icon
                >${done + this.failed.length === 0 ? msg('Send by email') : msg('Send the rest')}
              </wa-button>`
            : nothing
      }
      <div role="status">
        ${done > 0 ? html`<p data-test="mails-sent">${sentText(done, of)}</p>` : nothing}
        ${this.sending ? nothing : failedList(this.failed)}
      </div>
    </div>`;
  }

  async #send() {
    this.sending = true;
    this.#stopped = false;
    addEventListener('beforeunload', keepOpen);
    const refused = new Set(this.failed.map(({ person }) => person.id));
    this.failed = [];
    const rest = this.invitations.filter(({ id }) => !this.sent.has(id));
    // Whoever was not tried yet comes first: a few wrong addresses must not keep the mail from all others.
    const inTurn = rest.toSorted(
      (a, b) => Number(refused.has(a.person.id)) - Number(refused.has(b.person.id)),
    );
    let inARow = 0;
    for (const { id, person, token } of inTurn) {
      if (this.#stopped || inARow === GIVE_UP_AFTER) break;
      try {
        await api.mail.enrollmentLink({ params: { id }, body: { token, language: language() } });
        this.sent = new Set([...this.sent, id]);
        inARow = 0;
      } catch (error) {
        const { code, message } = ClientError.of(error);
        this.failed = [...this.failed, { person, message }];
        // Somebody without an address says nothing about the mail server.
        inARow = code === 'wrong-state' ? 0 : inARow + 1;
      }
    }
    removeEventListener('beforeunload', keepOpen);
    this.sending = false;
    if (!this.isConnected) this.#tell();
  }

  /** Whoever closed the dialog is told how it ended. */
  #tell() {
    const { sent, failed } = this;
    const of = this.invitations.length;
    const rest = of - sent.size;
    if (rest === 0) {
      toast(sentText(sent.size, of));
      return;
    }
    const names = failed.slice(0, NAMED).flatMap(({ person }) => person?.displayName ?? []);
    const whom =
      names.length > 0 && failed.length <= NAMED ? ` ${msg(str`Not sent to: ${list(names)}.`)}` : '';
    toast(
      `${sentText(sent.size, of)}${whom} ${msg('Invite the others again: their links were not sent.')}`,
      'warning',
    );
  }
}

/** The browser asks before it closes the tab. */
function keepOpen(event: BeforeUnloadEvent) {
  event.preventDefault();
}

function sentText(done: number, of: number): string {
  return plural(done, {
    one: msg(str`1 of ${number(of)} messages was sent.`),
    other: msg(str`${number(done)} of ${number(of)} messages were sent.`),
  });
}

customElements.define('muster-mail-invitations', MusterMailInvitations);
