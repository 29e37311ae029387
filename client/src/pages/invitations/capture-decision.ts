/**
 * What a person captured by invitation, and the decision of HR: confirm or reject. Fires `decided` after a decision, and `done`
 * when it closes.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import '@awesome.me/webawesome/dist/components/textarea/textarea.js';
import type { EnrollmentInvitationView } from '#protocol/enrollment-invitations.ts';
import { detailsOf } from '#protocol/error.ts';
import { POSE_BINS } from '#protocol/face.ts';
import { OVERRIDE_REASON } from '#protocol/signaling.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { FormState } from '../../components/form-state.ts';
import { dateTime } from '../../components/format.ts';
import { formStyles } from '../../components/form.styles.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { number } from '../../locales/intl.ts';
import { api } from '../../session/api.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';

type Decided = EnrollmentInvitationView;

export class MusterCaptureDecision extends MusterElement {
  static override properties = {
    invitation: { attribute: false },
    reason: { state: true },
    open: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr));
        gap: 0.75rem 1.25rem;
        margin: 0;
      }
      dt {
        font-size: 0.8125rem;
        font-weight: 600;
        color: var(--m-quiet);
      }
      dd {
        margin: 0;
      }
      .known {
        padding: 0.9rem 1.1rem;
        border-radius: var(--m-radius);
        background: var(--m-already-soft);
        color: var(--m-already);
        line-height: 1.5;
      }
      .known b {
        display: block;
        font-size: 1.125rem;
      }
    `,
  ];
  declare invitation: EnrollmentInvitationView;
  declare reason: string;
  declare open: boolean;
  readonly #form = new FormState(this);

  constructor() {
    super();
    this.reason = '';
    this.open = true;
  }

  /** A dialog that opens at once focuses nothing by itself, and the first Tab would lead to its cross. */
  protected override firstUpdated() {
    requestAnimationFrame(() => this.renderRoot.querySelector<HTMLElement>('wa-textarea')?.focus());
  }

  /** Whom the face looks like: found when it was captured, or now. */
  get #duplicate(): { displayName: string; similarity: number } | null {
    const { error } = this.#form;
    const now = error?.code === 'duplicate-face' ? detailsOf(error, 'duplicate-face') : undefined;
    return now ?? this.invitation.capture?.duplicate ?? null;
  }

  get #hasReason(): boolean {
    return this.reason.trim().length >= OVERRIDE_REASON.least;
  }

  override render() {
    const { person } = this.invitation;
    const duplicate = this.#duplicate;
    const { error, busy } = this.#form;
    return html`<wa-dialog
      label=${msg('Accept this face?')}
      .open=${this.open}
      @wa-after-hide=${this.#closed}
      data-test="decision"
    >
      <div class="stack">
        <strong>${person.displayName}</strong>
        ${alert(error && error.code !== 'duplicate-face' ? error : null)} ${this.#facts()}
        ${duplicate ? known(duplicate) : nothing}
        <p class="quiet">
          ${msg('No picture is kept. If you are not sure that the person captured it themselves, ask them, or reject it and enroll them in person.')}
        </p>
        <wa-textarea
          label=${msg('Reason')}
          hint=${duplicate ? msg('Needed for both: why they are two people, or why you reject this') : msg('Needed to reject')}
          rows="2"
          maxlength=${OVERRIDE_REASON.most}
          .value=${this.reason}
          @input=${(event: Event) => (this.reason = (event.target as HTMLTextAreaElement).value)}
          data-test="reason"
        ></wa-textarea>
      </div>
      <wa-button
        slot="footer"
        variant="danger"
        appearance="outlined"
        ?disabled=${!this.#hasReason || busy}
        @click=${this.#reject}
        data-test="reject"
        >${msg('Reject')}</wa-button
      >
      <wa-button
        slot="footer"
        variant="brand"
        ?disabled=${duplicate !== null && !this.#hasReason}
        ?loading=${busy}
        @click=${this.#confirm}
        data-test="confirm-capture"
        >${duplicate ? msg('Confirm anyway') : msg('Confirm')}</wa-button
      >
    </wa-dialog>`;
  }

  #facts() {
    const { capture, createdBy } = this.invitation;
    if (!capture) return nothing;
    const angles = number(capture.bins.length);
    const all = number(POSE_BINS.length);
    return html`<dl>
      <div>
        <dt>${msg('Captured')}</dt>
        <dd data-test="captured-at">${dateTime(capture.at)}</dd>
      </div>
      <div>
        <dt>${msg('Angles')}</dt>
        <dd data-test="angles">${msg(str`${angles} of ${all}`, { id: 'angles-of-all' })}</dd>
      </div>
      <div>
        <dt>${msg('Quality')}</dt>
        <dd data-test="quality">
          ${number(capture.quality, { style: 'percent', maximumFractionDigits: 0 })}
        </dd>
      </div>
      <div>
        <dt>${msg('Invited by')}</dt>
        <dd>${createdBy}</dd>
      </div>
      ${
        capture.replaces
          ? html`<div>
              <dt>${msg('Note')}</dt>
              <dd>${msg('This replaces the face that is enrolled now.')}</dd>
            </div>`
          : nothing
      }
    </dl>`;
  }

  readonly #confirm = () => {
    const reason = this.reason.trim();
    const body = this.#duplicate && reason ? { reason } : {};
    this.#decide(() => api.enrollmentInvitations.confirm({ params: { id: this.invitation.id }, body })).catch(
      reportUnexpected,
    );
  };

  readonly #reject = () => {
    const body = { reason: this.reason.trim() };
    this.#decide(() => api.enrollmentInvitations.reject({ params: { id: this.invitation.id }, body })).catch(
      reportUnexpected,
    );
  };

  async #decide(send: () => Promise<Decided>) {
    const decided = await this.#form.submit(send);
    if (!decided) return;
    const { displayName } = decided.person;
    toast(
      decided.state === 'enrolled'
        ? msg(str`${displayName} is enrolled`)
        : msg(str`The capture of ${displayName} was rejected and deleted.`),
    );
    this.open = false;
    this.dispatchEvent(new Event('decided'));
  }

  // Elements inside the dialog fire this event too.
  readonly #closed = (event: Event) => {
    if (event.target === event.currentTarget) this.dispatchEvent(new Event('done'));
  };
}

function known({ displayName, similarity }: { displayName: string; similarity: number }) {
  return html`<div class="known">
    ${msg('This face looks like someone who is already enrolled:')}
    <b data-test="duplicate-name">${displayName}</b>
    ${msg(str`Similarity ${number(similarity, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`)}
  </div>`;
}

customElements.define('muster-capture-decision', MusterCaptureDecision);
