/** The similarity of each frame against what is needed. */
import { msg } from '@lit/localize';
import { css } from 'lit';
import {
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import type { DecisionView } from '#protocol/decisions.ts';
import { number } from '../../locales/intl.ts';
import { type ChartTheme, ThemedChart } from '../reports/themed-chart.ts';
import { figure } from './why-text.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Legend, Tooltip);

export class MusterWhyChart extends ThemedChart {
  static override properties = { decision: { attribute: false } };
  static override styles = css`
    :host {
      display: block;
      position: relative;
      height: 13rem;
    }
  `;
  declare decision: DecisionView;
  protected override draw({ color, ticks }: ChartTheme): ChartConfiguration {
    const { samples, thresholds, span } = this.decision;
    // Whole halves of a second, so that the last mark of the axis is a plain number.
    const last = Math.ceil(Math.max(span, samples.at(-1)?.ms ?? 0) / 500) / 2;
    const level = (label: string, y: number, of: string) => ({
      label,
      data: [
        { x: 0, y },
        { x: last, y },
      ],
      borderColor: color(of),
      borderDash: [6, 4],
      borderWidth: 2,
      pointRadius: 0,
    });
    const points = samples.flatMap(({ ms, similarity, same }) =>
      similarity === null ? [] : [{ x: ms / 1000, y: similarity, same }],
    );
    const looked = samples.some(({ live }) => live !== null);
    return {
      type: 'line',
      data: {
        datasets: [
          {
            label: msg('Similarity'),
            data: points,
            borderColor: color('accent'),
            backgroundColor: points.map(({ same }) => color(same === false ? 'surface' : 'accent')),
            pointBorderColor: color('accent'),
            pointRadius: 4,
            borderWidth: 2,
          },
          level(msg('Needed similarity'), thresholds.similarity, 'danger'),
          ...(looked
            ? [
                {
                  label: msg('Liveness'),
                  data: samples.flatMap(({ ms, live }) => (live === null ? [] : [{ x: ms / 1000, y: live }])),
                  borderColor: color('in'),
                  backgroundColor: color('in'),
                  pointRadius: 3,
                  borderWidth: 1,
                },
                ...(thresholds.live === null ? [] : [level(msg('Needed liveness'), thresholds.live, 'in')]),
              ]
            : []),
        ],
      },
      options: {
        scales: {
          x: {
            type: 'linear',
            min: 0,
            max: last === 0 ? 1 : last,
            ticks: { ...ticks, callback: (value) => `${number(Number(value))} s` },
            grid: { display: false },
          },
          y: {
            suggestedMin: 0,
            suggestedMax: 1,
            ticks: { ...ticks, callback: (value) => figure(Number(value)) },
            grid: { color: color('line') },
          },
        },
        plugins: { legend: { labels: { color: color('text'), font: ticks.font, boxHeight: 2 } } },
      },
    };
  }
}

customElements.define('muster-why-chart', MusterWhyChart);
