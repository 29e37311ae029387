/** What is stored about the reader: consent and its withdrawal, ways to check in, and a copy of everything. */
import { msg } from '@lit/localize';
import { html, nothing } from 'lit';
import type { OwnRecordView } from '#protocol/own.ts';
import { account, allowed } from '../../app/session.ts';
import { alert } from '../../components/alert.ts';
import { Loaded } from '../../components/loaded.ts';
import '../../components/data-export.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { api } from '../../session/api.ts';
import { shared } from '../../styles/shared.ts';
import './own-consents.ts';

export class MusterOwnData extends MusterElement {
  static override styles = [shared];
  readonly #record = new Loaded<OwnRecordView | null>(this, async () =>
    allowed('own:read') ? api.own.get() : null,
  );

  override render() {
    const { value: record, error } = this.#record;
    return html`<div class="page" style="max-width: 44rem" data-test="own-data">
      <div class="head">
        <div>
          <h1>${msg('My data')}</h1>
          <p class="quiet">${account()?.name ?? ''}</p>
        </div>
      </div>
      ${alert(error)} ${allowed('own:read') ? nothing : inactive()}
      ${
        record || !allowed('own:read')
          ? html`<muster-own-consents
              .record=${record}
              @changed=${() => this.#record.refresh()}
            ></muster-own-consents>`
          : nothing
      }
      ${record ? passes(record) : nothing}
      <section class="card stack" data-test="own-export">
        <h2>${msg('A copy of my data')}</h2>
        <p class="quiet">
          ${msg('One file with everything stored about you: your record, consents, enrollments, all punches, your account and the history of your record, as JSON and as tables.')}
        </p>
        <muster-data-export
          .download=${(body: { embeddings: boolean }) => api.own.export({ body })}
        ></muster-data-export>
      </section>
    </div>`;
  }
}

/** For a reader who is suspended or has left. */
function inactive() {
  const text =
    account()?.person?.status === 'left'
      ? msg(
          'You have left, so your days and requests are no longer shown here. You can still withdraw your consent, and take a copy of everything that is stored about you. For anything else, please see HR.',
        )
      : msg(
          'You are suspended, so your days and requests are not shown here at the moment. You can still withdraw your consent, and take a copy of everything that is stored about you. For anything else, please see HR.',
        );
  return html`<section class="card" data-test="own-inactive"><p>${text}</p></section>`;
}

function passes({ pin, badge }: OwnRecordView) {
  return html`<section class="card stack" data-test="own-passes">
    <h2>${msg('Other ways to check in')}</h2>
    <p>
      ${
        pin && badge
          ? msg('You have a PIN and a badge.')
          : pin
            ? msg('You have a PIN.')
            : badge
              ? msg('You have a badge.')
              : msg('You have neither a PIN nor a badge. HR can give you one.')
      }
    </p>
  </section>`;
}

customElements.define('muster-own-data', MusterOwnData);
