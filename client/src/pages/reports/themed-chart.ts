/** A chart in the colors of the theme, drawn anew when they change. A table beside it says the same: the picture is hidden from screen readers. */
import { html, type PropertyValues } from 'lit';
import { Chart, type ChartConfiguration } from 'chart.js';
import { ObservableController } from '../../app/observable-controller.ts';
import { shownTheme } from '../../app/theme.ts';
import { MusterElement } from '../../components/muster-element.ts';

export interface ChartTheme {
  /** The value of a color by its name in the tokens, such as `accent`. */
  color: (name: string) => string;
  /** Of the axes. */
  ticks: { color: string; font: { family: string } };
}

export abstract class ThemedChart extends MusterElement {
  readonly controllers = [new ObservableController(this, shownTheme)];
  #chart: Chart | null = null;

  /** What to draw; an element registers the parts of chart.js that it needs. */
  protected abstract draw(theme: ChartTheme): ChartConfiguration;

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
    const { options, ...drawn } = this.draw({
      color,
      ticks: { color: color('quiet'), font: { family: style.fontFamily } },
    });
    this.#chart?.destroy();
    this.#chart = new Chart(canvas, {
      ...drawn,
      options: { animation: false, maintainAspectRatio: false, ...options },
    });
  }
}
