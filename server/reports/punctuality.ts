/** How punctual people are, week by week or month by month. Pure. */
import { isoWeekOf, monthOf } from '../worktime/balances.ts';
import type { ReportDay } from './report-day.ts';

export interface PunctualitySpan {
  /** `2026-W48` or `2026-11`. */
  span: string;
  /** Days on which somebody was to come and came. */
  came: number;
  /** Of them, days with a late arrival. */
  late: number;
  /** Of them, days with an early departure. */
  early: number;
  /** Days on which somebody was to come and did not, without leave. */
  absent: number;
  /** All lateness together, ms. */
  lateBy: number;
}

export class Punctuality {
  readonly #spanOf: (date: string) => string;
  readonly #spans = new Map<string, PunctualitySpan>();

  constructor(unit: 'week' | 'month') {
    this.#spanOf = unit === 'week' ? isoWeekOf : monthOf;
  }

  add(days: readonly ReportDay[]): void {
    for (const { date, plan, work, flags } of days) {
      const isAbsent = flags.some(({ kind }) => kind === 'absent');
      const came = work !== null && plan.shifts.length > 0;
      if (!came && !isAbsent) continue;
      const sum = this.#at(this.#spanOf(date));
      if (!came) {
        sum.absent += 1;
        continue;
      }
      sum.came += 1;
      const late = flags.flatMap((flag) => (flag.kind === 'late' ? flag.by : []));
      if (late.length > 0) sum.late += 1;
      sum.lateBy += late.reduce((a, b) => a + b, 0);
      if (flags.some(({ kind }) => kind === 'early')) sum.early += 1;
    }
  }

  #at(span: string): PunctualitySpan {
    let sum = this.#spans.get(span);
    if (!sum) {
      sum = { span, came: 0, late: 0, early: 0, absent: 0, lateBy: 0 };
      this.#spans.set(span, sum);
    }
    return sum;
  }

  /** In order. */
  spans(): PunctualitySpan[] {
    return [...this.#spans.values()].toSorted((a, b) => (a.span < b.span ? -1 : 1));
  }
}
