/** One decision with its numbers: the sentence, the frames against what was needed, and what would have had to be different. */
import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { DecisionView } from '#protocol/decisions.ts';
import { localDateTime } from '../../components/format.ts';
import { number } from '../../locales/intl.ts';
import './why-chart.ts';
import { figure, kindColor, kindText, remedyTexts, tenth, whyText } from './why-text.ts';

export const whyStyles = css`
  .why h3 {
    margin: 0 0 0.35rem;
    font-size: 1rem;
  }
  .why {
    display: grid;
    gap: 1rem;
  }
  .why table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
    font-size: 0.9375rem;
  }
  .why th,
  .why td {
    padding: 0.35rem 0.5rem;
    border-bottom: 1px solid var(--m-line);
    text-align: end;
  }
  .why th:first-child,
  .why td:first-child {
    text-align: start;
  }
  .why tbody th {
    font-weight: 500;
  }
  .why td[data-short] {
    color: var(--m-danger);
    font-weight: 650;
  }
  .why ul {
    margin: 0;
    padding-inline-start: 1.2rem;
  }
  .why .frames {
    overflow-x: auto;
  }
  .why summary {
    cursor: pointer;
    color: var(--m-accent);
  }
`;

export function whyView(decision: DecisionView): TemplateResult {
  const remedies = remedyTexts(decision);
  return html`<div class="why" data-test="why-view" data-kind=${decision.kind}>
    <p class="row">
      <span class="chip ${kindColor(decision.kind)}">${kindText(decision.kind)}</span>
      <span class="quiet small"
        >${whose(decision)}${localDateTime(decision.localTime)} · ${decision.device.name}</span
      >
    </p>
    <p data-test="why-sentence">${whyText(decision)}</p>
    ${decision.samples.length > 0 ? html`<muster-why-chart .decision=${decision}></muster-why-chart>` : nothing}
    ${measures(decision)}
    ${
      remedies.length > 0
        ? html`<div>
            <h3>${msg('What would have had to be different')}</h3>
            <ul>
              ${remedies.map((remedy) => html`<li>${remedy}</li>`)}
            </ul>
          </div>`
        : nothing
    }
    ${decision.samples.length > 0 ? frames(decision) : nothing}
    <p class="small quiet">
      ${msg('Only numbers are kept, and no picture. Other people are never named. Looking at this is recorded in the audit trail.')}
    </p>
  </div>`;
}

function whose({ person, oneOf }: DecisionView): string {
  const names = person ? [person.displayName] : oneOf.map(({ displayName }) => displayName);
  return names.length === 0 ? '' : `${names.join(' / ')} · `;
}

interface Measure {
  label: string;
  measured: string;
  needed: string;
  short: boolean;
}

function measures({ best, frames: counts, live, thresholds, challenge, depth }: DecisionView) {
  const isStrong = (best?.similarity ?? 0) >= thresholds.strong;
  const rows: Measure[] = [
    {
      label: msg('Similarity of the best frame'),
      measured: best ? figure(best.similarity) : '–',
      needed: figure(thresholds.similarity),
      short: !best || best.similarity < thresholds.similarity,
    },
    {
      label: msg('Ahead of the next person'),
      measured: best ? figure(best.margin) : '–',
      needed: figure(thresholds.margin),
      short: !best || best.margin < thresholds.margin,
    },
    {
      label: msg('Frames that agreed'),
      measured: msg(str`${number(counts.agreeing)} of ${number(counts.compared)}`),
      needed: number(isStrong ? 1 : thresholds.agreeing),
      short: counts.agreeing < thresholds.agreeing && !isStrong,
    },
    {
      label: msg('Picture quality of the best frame'),
      measured: best ? figure(best.quality) : '–',
      needed: figure(thresholds.quality),
      short: !best,
    },
  ];
  if (thresholds.live !== null) {
    rows.push({
      label: msg('Liveness'),
      measured: live === null ? '–' : figure(live),
      needed: figure(thresholds.live),
      short: live !== null && live < thresholds.live,
    });
  }
  if (depth) {
    rows.push({
      label: msg('Depth of the face'),
      measured: tenth(depth.measured),
      needed: tenth(depth.needed),
      // A quick check that was passed stands in for it.
      short: depth.measured < depth.needed && (challenge === null || challenge.fault !== null),
    });
  }
  if (challenge) {
    rows.push({
      label: msg('Movements of the quick check'),
      measured: number(challenge.made),
      needed: number(challenge.asked),
      short: challenge.made < challenge.asked,
    });
  }
  return html`<table data-test="why-measures">
    <thead>
      <tr>
        <th scope="col">${msg('Measure')}</th>
        <th scope="col">${msg('Measured')}</th>
        <th scope="col">${msg('Needed')}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ label, measured, needed, short }) =>
          html`<tr>
            <th scope="row">${label}</th>
            <td ?data-short=${short}>
              ${measured}${short ? html`<span class="sr"> (${msg('too little')})</span>` : nothing}
            </td>
            <td>${needed}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function frames({ samples, frames: counts }: DecisionView) {
  const [shown, all] = [number(samples.length), number(counts.judged)];
  return html`<details>
    <summary>${msg(str`${shown} of ${all} frames in numbers`)}</summary>
    <div class="frames" tabindex="0" role="group" aria-label=${msg('Frames')}>
      <table data-test="why-frames">
        <thead>
          <tr>
            <th scope="col">${msg('Seconds')}</th>
            <th scope="col">${msg('Similarity')}</th>
            <th scope="col">${msg('Ahead')}</th>
            <th scope="col">${msg('Most similar')}</th>
            <th scope="col">${msg('Quality')}</th>
            <th scope="col">${msg('Turned')}</th>
            <th scope="col">${msg('Tilted')}</th>
            <th scope="col">${msg('Liveness')}</th>
          </tr>
        </thead>
        <tbody>
          ${samples.map(
            ({ ms, similarity, margin, same, quality, yaw, pitch, live }) =>
              html`<tr>
                <td>${number(ms / 1000, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}</td>
                <td>${similarity === null ? '–' : figure(similarity)}</td>
                <td>${margin === null ? '–' : figure(margin)}</td>
                <td>${same === null ? '–' : same ? msg('this person') : msg('another person')}</td>
                <td>${figure(quality)}</td>
                <td>${number(yaw)}°</td>
                <td>${number(pitch)}°</td>
                <td>${live === null ? '–' : figure(live)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
