/** Bars side by side or stacked, in the colors of the theme. */
import { css } from 'lit';
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  Tooltip,
} from 'chart.js';
import { number } from '../../locales/intl.ts';
import { type ChartTheme, ThemedChart } from './themed-chart.ts';

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);

export interface Bars {
  labels: readonly string[];
  sets: readonly { label: string; color: 'in' | 'out' | 'warn' | 'danger'; values: readonly number[] }[];
  stacked?: boolean;
}

export class MusterBarChart extends ThemedChart {
  static override properties = { bars: { attribute: false } };
  static override styles = css`
    :host {
      display: block;
      position: relative;
      height: 16rem;
      margin: 1rem;
    }
  `;
  declare bars: Bars;
  protected override draw({ color, ticks }: ChartTheme): ChartConfiguration {
    const { labels, sets, stacked = false } = this.bars;
    return {
      type: 'bar',
      data: {
        labels: [...labels],
        datasets: sets.map((set) => ({
          label: set.label,
          data: [...set.values],
          backgroundColor: color(set.color),
          borderRadius: 4,
          maxBarThickness: 36,
        })),
      },
      options: {
        scales: {
          x: { stacked, ticks, grid: { display: false } },
          y: {
            stacked,
            beginAtZero: true,
            ticks: { ...ticks, precision: 0, callback: (value) => number(Number(value)) },
            grid: { color: color('line') },
          },
        },
        plugins: { legend: { labels: { color: color('text'), font: ticks.font } } },
      },
    };
  }
}

customElements.define('muster-bar-chart', MusterBarChart);
