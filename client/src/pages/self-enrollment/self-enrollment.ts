/**
 * Self-enrollment, on the phone of the invited person: consent, guided capture, result. The secret of the link is in its
 * fragment, which browsers do not send.
 * Attributes for tests, on the host: `data-step` (opening, closed, consent, ready, capture, done, declined), and
 * `data-state` of what was saved.
 */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import type { SelfEnrollmentView } from '#protocol/enrollment-invitations.ts';
import type { Replies } from '#protocol/signaling.ts';
import '../../components/brand-mark.ts';
import '../../components/confirm-dialog.ts';
import type { MusterConfirm } from '../../components/confirm-dialog.ts';
import { errorText } from '../../components/error-text.ts';
import { formStyles } from '../../components/form.styles.ts';
import '../../components/language-choice.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { ClientError, reportUnexpected } from '../../session/client-error.ts';
import { shared } from '../../styles/shared.ts';
import '../enroll/capture-step.ts';
import './own-consent.ts';

type Step = 'opening' | 'closed' | 'consent' | 'ready' | 'capture' | 'done' | 'declined';
type Saved = Replies['enrollment.save']['state'];

/** Of every request of this page: the browser may be signed in as well. */
const query = { as: 'invitation' } as const;

export class MusterSelfEnrollment extends MusterElement {
  static override properties = {
    step: { state: true },
    view: { state: true },
    saved: { state: true },
    fault: { state: true },
  };
  static override styles = [
    shared,
    formStyles,
    css`
      .page {
        max-width: 40rem;
        padding-bottom: 2rem;
      }
      .capture {
        display: grid;
        justify-items: center;
        gap: 0.5rem;
        padding: 0.75rem 1rem 1.5rem;
      }
      .top {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 1rem;
        width: 100%;
        max-width: 46rem;
      }
      .result {
        display: grid;
        justify-items: center;
        gap: 1rem;
        text-align: center;
        padding-block: 1rem;
      }
      .result wa-icon {
        font-size: 3.25rem;
        color: var(--m-in);
      }
      .result[data-unclear] wa-icon {
        color: var(--m-already);
      }
    `,
  ];
  declare step: Step;
  declare view: SelfEnrollmentView | null;
  declare saved: Saved | null;
  /** Why the link does not work; null where there was none. */
  declare fault: ClientError | null;

  constructor() {
    super();
    this.step = 'opening';
    this.view = null;
    this.saved = null;
    this.fault = null;
  }

  override connectedCallback() {
    super.connectedCallback();
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    // A link that is forwarded from the address bar, or kept in the history, would be a link for another person.
    history.replaceState(null, '', location.pathname);
    this.#open(token).catch(reportUnexpected);
  }

  override willUpdate() {
    this.dataset['step'] = this.step;
    this.dataset['state'] = this.saved ?? '';
  }

  async #open(token: string | null) {
    try {
      this.#take(
        token === null
          ? await api.selfEnrollment.get({ query })
          : await api.selfEnrollment.open({ body: { token } }),
      );
    } catch (error) {
      this.#close(ClientError.of(error));
    }
  }

  #take(view: SelfEnrollmentView) {
    this.view = view;
    this.step = view.consented ? 'ready' : 'consent';
  }

  #close(fault: ClientError) {
    this.fault = fault;
    this.step = 'closed';
  }

  override render() {
    const { step, view } = this;
    if (step === 'capture' && view) return this.#capture(view);
    return html`<div class="page">
        <div class="row"><muster-brand></muster-brand></div>
        ${this.#content()}
        <muster-language-choice></muster-language-choice>
      </div>
      <muster-confirm></muster-confirm>`;
  }

  #content(): TemplateResult | typeof nothing {
    const { step, view } = this;
    if (step === 'closed') return this.#closed();
    if (step === 'declined') return declined();
    if (!view) return html`<p class="quiet" role="status">${msg('Opening your link …')}</p>`;
    if (step === 'consent') {
      return html`<muster-own-consent
        .view=${view}
        @agreed=${(event: CustomEvent<SelfEnrollmentView>) => {
          this.view = event.detail;
          this.step = 'ready';
        }}
        @declined=${this.#decline}
        @closed=${(event: CustomEvent<ClientError>) => this.#close(event.detail)}
      ></muster-own-consent>`;
    }
    return step === 'done' ? this.#done() : this.#ready(view);
  }

  #capture(view: SelfEnrollmentView) {
    return html`<div class="capture">
      <div class="top">
        <strong>${view.person.displayName}</strong>
        <wa-button size="s" appearance="plain" @click=${() => (this.step = 'ready')} data-test="stop"
          >${msg('Stop for now')}</wa-button
        >
      </div>
      <muster-capture-step
        self
        .personId=${view.person.id}
        @saved=${(event: CustomEvent<Replies['enrollment.save']>) => {
          this.saved = event.detail.state;
          this.step = 'done';
        }}
        @leave=${() => (this.step = 'ready')}
        @ended=${() => this.#open(null).catch(reportUnexpected)}
      ></muster-capture-step>
    </div>`;
  }

  /** The person agreed, and has not finished: now, or when the link is opened again. */
  #ready({ person }: SelfEnrollmentView) {
    return html`<section class="card stack" data-test="ready">
      <div>
        <h1>${msg('Ready for the camera')}</h1>
        <p class="quiet">
          ${msg(str`${person.displayName}, hold the phone upright at the height of your eyes, in good light. Then turn your head slowly in a circle. It takes about a minute.`)}
        </p>
      </div>
      <wa-button variant="brand" size="l" @click=${() => (this.step = 'capture')} data-test="start-camera">
        <wa-icon slot="start" name="camera"></wa-icon>${msg('Start the camera')}
      </wa-button>
      <wa-button appearance="plain" @click=${this.#decline} data-test="decline">
        ${msg('I have changed my mind')}
      </wa-button>
    </section>`;
  }

  #done() {
    const { title, text, icon } = resultText(this.saved ?? 'to-confirm');
    return html`<section
      class="card result"
      ?data-unclear=${this.saved === 'see-hr'}
      role="status"
      data-test="result"
    >
      <wa-icon name=${icon}></wa-icon>
      <h1>${title}</h1>
      <p class="quiet">${text}</p>
      <p class="small quiet">${msg('You can close this page.')}</p>
    </section>`;
  }

  #closed() {
    const { fault } = this;
    const again = fault === null || fault.code === 'unauthenticated' || fault.code === 'forbidden';
    return html`<section class="card stack" role="alert" data-test="closed">
      <h1>${again ? msg('Open your link again') : msg('This link cannot be opened')}</h1>
      <p class="quiet">
        ${
          again
            ? msg(
                'It may be open on another phone, or it was left open for too long. If it does not open any more, ask HR for a new one.',
              )
            : errorText(fault)
        }
      </p>
      ${
        fault?.retryable
          ? html`<wa-button variant="brand" @click=${() => location.reload()}>${msg('Try again')}</wa-button>`
          : nothing
      }
    </section>`;
  }

  readonly #decline = () => {
    this.#askAndDecline().catch((error: unknown) => this.#close(ClientError.of(error)));
  };

  async #askAndDecline() {
    const sure = await this.renderRoot.querySelector<MusterConfirm>('muster-confirm')?.ask({
      title: msg('Check in without your face?'),
      text: msg(
        'HR is told that you prefer not to be recognized by your face, and gives you a PIN or a badge. This link then ends.',
      ),
      act: msg('I prefer a PIN or badge'),
      harmless: true,
    });
    if (!sure) return;
    await api.selfEnrollment.decline({ query });
    this.step = 'declined';
  }
}

function declined() {
  return html`<section class="card result" role="status" data-test="declined">
    <wa-icon name="id-card"></wa-icon>
    <h1>${msg('HR has been told')}</h1>
    <p class="quiet">
      ${msg('You will get a PIN or a badge. Nothing of your face was stored through this link.')}
    </p>
    <p class="small quiet">${msg('You can close this page.')}</p>
  </section>`;
}

function resultText(saved: Saved): { title: string; text: string; icon: string } {
  const texts: Record<Saved, { title: string; text: string; icon: string }> = {
    enrolled: {
      title: msg('You are enrolled'),
      text: msg('You can check in with your face from now on.'),
      icon: 'circle-check',
    },
    'to-confirm': {
      title: msg('Thank you, that was all'),
      text: msg('HR checks the result. After that, you can check in with your face.'),
      icon: 'circle-check',
    },
    'see-hr': {
      title: msg('Please see HR'),
      text: msg('Your face was captured, but HR has to look at something together with you.'),
      icon: 'circle-help',
    },
  };
  return texts[saved];
}

customElements.define('muster-self-enrollment', MusterSelfEnrollment);
