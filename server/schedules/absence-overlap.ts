import type { AbsenceKind } from '../protocol/schedules.ts';

interface Span {
  kind: AbsenceKind;
  fromDate: string;
  toDate: string;
  beginsAtNoon: boolean;
  endsAtNoon: boolean;
}

/** Whether two absences of a person cannot be side by side: they share half a day. */
export function overlap(a: Span, b: Span): boolean {
  // Whoever falls sick on a vacation keeps the days of it.
  if ((a.kind === 'sick') !== (b.kind === 'sick')) return false;
  const [begin, end] = halves(a);
  const [otherBegin, otherEnd] = halves(b);
  return begin <= otherEnd && otherBegin <= end;
}

/** First and last half day, in the order of time. */
function halves({ fromDate, toDate, beginsAtNoon, endsAtNoon }: Span) {
  return [`${fromDate} ${beginsAtNoon ? 2 : 1}`, `${toDate} ${endsAtNoon ? 1 : 2}`] as const;
}
