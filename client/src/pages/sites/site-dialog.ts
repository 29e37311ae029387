/**
 * Adds a site, or edits one: other rules are saved only after the page has shown which days they would change. Fires
 * `done` when it closes.
 */
import { msg, str } from '@lit/localize';
import { css, html } from 'lit';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { SitePreviewView, SiteRecord, SiteView } from '#protocol/sites.ts';
import { remember } from '../../app/memory.ts';
import { toast } from '../../app/toasts.ts';
import { alert } from '../../components/alert.ts';
import { FormDialog } from '../../components/form-dialog.ts';
import { addDays } from '../../components/format.ts';
import { zoneFieldStyles } from '../../components/zone-field.ts';
import { api } from '../../session/api.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { changedRules, readSite, siteFields, type SiteDraft, siteFieldsStyles } from './site-fields.ts';
import { previewList, previewStyles } from './site-preview.ts';

export class MusterSite extends FormDialog {
  static override properties = {
    site: { attribute: false },
    breaks: { state: true },
    preview: { state: true },
  };
  static override styles = [
    FormDialog.styles,
    siteFieldsStyles,
    zoneFieldStyles,
    previewStyles,
    css`
      wa-dialog {
        --width: 44rem;
      }
    `,
  ];
  /** Null for a new one. */
  declare site: SiteView | null;
  /** The rule that is chosen in the form; null until somebody has chosen one. */
  declare breaks: string | null;
  declare preview: { change: SiteDraft; days: SitePreviewView } | null;

  constructor() {
    super();
    this.site = null;
    this.breaks = null;
    this.preview = null;
  }

  override render() {
    const { site, preview } = this;
    return this.frame(
      site ? msg(str`Settings of ${site.name}`) : msg('Add a site'),
      'site-dialog',
      html`<div ?hidden=${preview !== null}>${this.#form()}</div>
        ${preview ? this.#preview(preview) : this.#buttons()}`,
    );
  }

  #form() {
    return html`<form class="stack" @submit=${this.#submitted}>
      ${alert(this.form.message)}
      ${siteFields(this.site, {
        fault: (field) => this.form.fault(field),
        breaks: this.breaks,
        onBreaks: (chosen) => (this.breaks = chosen),
      })}
    </form>`;
  }

  #buttons() {
    return html`<wa-button slot="footer" appearance="outlined" @click=${this.close}
        >${msg('Cancel')}</wa-button
      >
      <wa-button
        slot="footer"
        variant="brand"
        ?loading=${this.form.busy}
        @click=${() => this.renderRoot.querySelector('form')?.requestSubmit()}
        data-test="save"
        >${msg('Save')}</wa-button
      >`;
  }

  /** The form stays where it is, hidden, so that "Back" finds it as it was. */
  #preview({ change, days }: NonNullable<MusterSite['preview']>) {
    return html`${alert(this.form.message)} ${previewList(days)}
      <wa-button slot="footer" appearance="outlined" @click=${() => (this.preview = null)} data-test="back"
        >${msg('Back')}</wa-button
      >
      <wa-button
        slot="footer"
        variant="brand"
        ?loading=${this.form.busy}
        @click=${() => this.#save(change).catch(reportUnexpected)}
        data-test="save-rules"
        >${msg('Save new rules')}</wa-button
      >`;
  }

  readonly #submitted = (event: SubmitEvent) => {
    event.preventDefault();
    this.send(valuesOf(event.target as HTMLFormElement)).catch(reportUnexpected);
  };

  protected override async send(values: Record<string, string>) {
    const draft = readSite(values, this.site);
    const { site } = this;
    const change = site ? changedRules(site, draft) : null;
    if (!site || change === null) {
      await this.#save(draft);
      return;
    }
    const today = new Date().toISOString().slice(0, 10);
    const span = { from: `${today.slice(0, 7)}-01`, to: addDays(today, 1) };
    const days = await this.form.submit(() =>
      api.sites.preview({ params: { id: site.id }, body: { change, ...span } }),
    );
    if (days) this.preview = { change: draft, days };
  }

  async #save(draft: SiteDraft) {
    const { site } = this;
    const saved = await this.form.submit(() =>
      site
        ? api.sites.update({ params: { id: site.id }, body: changed(site, draft), version: site.version })
        : api.sites.create({ body: draft }),
    );
    if (!saved) {
      // A fault below a field is shown by the form.
      if (this.form.error?.faults.length) this.preview = null;
      return;
    }
    remember('readingChosen', true);
    toast(site ? msg(str`${saved.name} was changed`) : msg(str`${saved.name} was added`));
    this.open = false;
  }
}

/** Only the changed fields: someone else may have edited another field in the meantime. */
function changed(site: SiteView, draft: SiteDraft): Partial<SiteRecord> {
  const before: Record<string, unknown> = { ...site };
  return Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
  );
}

function valuesOf(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries(
    [...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value.trim() : '']),
  );
}

customElements.define('muster-site', MusterSite);
