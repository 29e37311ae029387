/** How long what is kept, what goes next, and what went: for the owner. */
import { LitElement, html, css } from 'lit';
import type { RetentionLine } from '#protocol/retention.ts';
import { alert } from '../components/alert.ts';
import { dateTime, shortDate } from '../components/format.ts';
import { Loaded } from '../components/loaded.ts';
import { api } from '../session/api.ts';
import { shared } from '../styles/shared.ts';

const WHAT: Record<RetentionLine['what'], { name: string; unit: string; variable: string }> = {
  templates: {
    name: 'Face templates, PIN and badge of people who have left',
    unit: 'people',
    variable: 'MUSTER_KEEP_TEMPLATES_DAYS',
  },
  evidence: { name: 'Pictures of punches', unit: 'pictures', variable: 'MUSTER_KEEP_SNAPSHOTS_DAYS' },
  punches: { name: 'Punches', unit: 'punches', variable: 'MUSTER_KEEP_PUNCHES_DAYS' },
  audit: { name: 'Audit trail', unit: 'events', variable: 'MUSTER_KEEP_AUDIT_DAYS' },
};

export class MusterRetention extends LitElement {
  static override styles = [
    shared,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 0.4rem;
      }
      @media (max-width: 45rem) {
        .variable {
          display: none;
        }
        th {
          white-space: normal;
        }
        th,
        td {
          padding: 0.7rem 0.6rem;
        }
      }
    `,
  ];
  readonly #retention = new Loaded(this, () => api.retention());

  override render() {
    const { value, error } = this.#retention;
    return html`<div class="page">
      <div class="head">
        <div>
          <h1>Retention</h1>
          <p class="quiet">
            What is kept how long. The server looks once a day; the configuration sets the days.
          </p>
        </div>
      </div>
      ${alert(error?.message ?? '')}
      <div class="card flush table">
        <table data-test="retention">
          <thead>
            <tr>
              <th>Data</th>
              <th>Kept</th>
              <th>Goes with the next run</th>
            </tr>
          </thead>
          <tbody>
            ${value?.next.map((line) => this.#line(line))}
          </tbody>
        </table>
      </div>
      <section class="card stack">
        <h2>Runs</h2>
        ${
          value && value.runs.length > 0
            ? html`<ul data-test="runs">
                ${value.runs.map(({ at, report }) => html`<li>${dateTime(at)}: ${this.#went(report)}</li>`)}
              </ul>`
            : html`<p class="quiet">None yet.</p>`
        }
      </section>
    </div>`;
  }

  #line({ what, keepDays, before, count }: RetentionLine) {
    const { name, unit, variable } = WHAT[what];
    return html`<tr data-what=${what}>
      <td>
        ${name}
        <div class="small quiet variable">${variable}</div>
      </td>
      <td>${keepDays === null ? 'Always' : keepDays === 1 ? '1 day' : `${keepDays} days`}</td>
      <td>
        ${
          before === null
            ? html`<span class="quiet">–</span>`
            : html`${count} ${unit}
                <div class="small quiet">
                  ${what === 'templates' ? 'who left before' : 'of before'} ${shortDate(before)}
                </div>`
        }
      </td>
    </tr>`;
  }

  #went(report: readonly RetentionLine[]): string {
    const gone = report.filter(({ count }) => count > 0);
    if (gone.length === 0) return 'nothing was due';
    return gone.map(({ what, count }) => `${count} ${WHAT[what].unit}`).join(', ');
  }
}

customElements.define('muster-retention', MusterRetention);
