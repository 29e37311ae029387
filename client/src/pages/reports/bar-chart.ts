/** Bars side by side or stacked, in the colors of the theme. A table beside it says the same: the picture is hidden from screen readers. */
import { css, html, type PropertyValues } from 'lit';
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from 'chart.js';
import { ObservableController } from '../../app/observable-controller.ts';
import { shownTheme } from '../../app/theme.ts';
import { MusterElement } from '../../components/muster-element.ts';
import { number } from '../../locales/intl.ts';

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);

export interface Bars {
  labels: readonly string[];
  sets: readonly { label: string; color: 'in' | 'out' | 'warn' | 'danger'; values: readonly number[] }[];
  stacked?: boolean;
}

export class MusterBarChart extends MusterElement {
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
  readonly controllers = [new ObservableController(this, shownTheme)];
  #chart: Chart | null = null;

  override disconnectedCallback() {
    this.#chart?.destroy();
    this.#chart = null;
    super.disconnectedCallback();
  }

  override render() {
    return html`<canvas aria-hidden="true"></canvas>`;
  }

  override updated(_changed: PropertyValues<this>) {
    const canvas = this.renderRoot.querySelector('canvas');
    if (!canvas) return;
    const style = getComputedStyle(this);
    const color = (name: string) => style.getPropertyValue(`--m-${name}`).trim();
    const { labels, sets, stacked = false } = this.bars;
    this.#chart?.destroy();
    const ticks = { color: color('quiet'), font: { family: style.fontFamily } };
    this.#chart = new Chart(canvas, {
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
        animation: false,
        maintainAspectRatio: false,
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
    });
  }
}

customElements.define('muster-bar-chart', MusterBarChart);
