/** Schedules: shifts, rotas, absences, and the balances that follow from them. */
import { z } from 'zod';
import { departmentName } from './departments.ts';
import { calendarDate, id, instant, line, next, page, reason, title, version } from './fields.ts';
import { breakRules } from './sites.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const ABSENCE_KINDS = ['vacation', 'sick', 'trip', 'unpaid'] as const;
const absenceKind = z.enum(ABSENCE_KINDS, { error: `is not one of ${ABSENCE_KINDS.join(', ')}` });
/** `trip`: at work elsewhere. */
export type AbsenceKind = z.infer<typeof absenceKind>;

export const BALANCE_ENTRY_KINDS = ['start', 'payout', 'correction'] as const;
const balanceEntryKind = z.enum(BALANCE_ENTRY_KINDS, {
  error: `is not one of ${BALANCE_ENTRY_KINDS.join(', ')}`,
});
/** `start`: where a balance begins. `payout`: overtime that was paid. `correction`: anything else. */
export type BalanceEntryKind = z.infer<typeof balanceEntryKind>;

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'is not a time such as 08:30' })
  .describe('Wall-clock time at the site of the person.');
const ms = z.number().describe('Milliseconds.');
const summary = z.strictObject({ id, number: z.string(), displayName: z.string(), department: z.string() });
const person = summary.nullable().describe('Null where it is for a department.');

// ── Shifts ───────────────────────────────────────────────────────────────────────────────────────

const flexibleTime = z.strictObject({
  planned: z.int().min(0).max(DAY).describe('Work planned within the shift, ms, breaks not included.'),
  core: z
    .strictObject({ begin: clock, end: clock })
    .nullable()
    .describe('Everybody is there in this time; null where nobody has to be.'),
});
export type FlexibleTimeRecord = z.infer<typeof flexibleTime>;

const shiftFields = {
  name: title,
  begin: clock.describe('Of a flexible shift, the earliest beginning.'),
  end: clock.describe(
    'On the next date unless it is later than `begin`. Of a flexible shift, the latest end.',
  ),
  flexible: flexibleTime
    .nullable()
    .describe('Null: all of the time between `begin` and `end` is planned, less the break.'),
  breaks: breakRules.nullable().describe('In place of the break rule of the site; null for that rule.'),
};
const shiftRecord = z.strictObject(shiftFields);
export type ShiftRecord = z.infer<typeof shiftRecord>;

export const newShift = shiftRecord.extend({
  flexible: shiftFields.flexible.default(null),
  breaks: shiftFields.breaks.default(null),
});
export const shiftChange = shiftRecord.partial();
export const shiftView = z.strictObject({ id, version, ...shiftFields }).meta({ id: 'Shift' });
export type ShiftView = z.infer<typeof shiftView>;
export const shiftsView = z.strictObject({ shifts: z.array(shiftView), next });

// ── Rotas ────────────────────────────────────────────────────────────────────────────────────────

/** The most weeks after which a rota begins again. */
export const MOST_WEEKS = 26;
export const SHIFTS_A_DAY = 4;

const rotaFields = {
  name: title,
  weeks: z
    .array(
      z
        .array(z.array(id).max(SHIFTS_A_DAY, { error: 'are more than 4 shifts on one day' }))
        .length(7, { error: 'has not 7 days' })
        .describe('From Monday to Sunday: the ids of the shifts of each day, none for a free day.'),
    )
    .min(1, { error: 'are missing' })
    .max(MOST_WEEKS, { error: `are more than ${MOST_WEEKS}` })
    .describe('In turn.'),
  anchor: calendarDate.describe('A date in the first week. Without meaning where there is one week.'),
  worksOnHolidays: z.boolean().describe('Whether its shifts are worked on holidays too.'),
  carryOver: z
    .int()
    .min(0)
    .max(500 * HOUR)
    .nullable()
    .describe('The most overtime that is carried from a month to the next, ms; null: all.'),
};
const rotaRecord = z.strictObject(rotaFields);
export type RotaRecord = z.infer<typeof rotaRecord>;

export const newRota = rotaRecord.extend({
  anchor: rotaFields.anchor.default('2026-01-05'),
  worksOnHolidays: rotaFields.worksOnHolidays.default(false),
  carryOver: rotaFields.carryOver.default(null),
});
export const rotaChange = rotaRecord.partial();
export const rotaView = z.strictObject({ id, version, ...rotaFields }).meta({ id: 'Rota' });
export type RotaView = z.infer<typeof rotaView>;
export const rotasView = z.strictObject({ rotas: z.array(rotaView), next });

// ── Who works by which rota, and on which date not ───────────────────────────────────────────────

const scope = {
  personId: id.nullable().describe('Null where it is for a department.'),
  department: departmentName
    .min(1, { error: 'is missing' })
    .nullable()
    .describe('Null where it is for a person.'),
};
const scopeDefaults = { personId: scope.personId.default(null), department: scope.department.default(null) };
const oneScope = { path: ['personId'], error: 'and department: exactly one of them must be given' };
const isOneScope = (of: { personId: string | null; department: string | null }) =>
  (of.personId === null) !== (of.department === null);

const assignmentFields = {
  rotaId: id,
  ...scope,
  from: calendarDate.describe('First date.'),
  until: calendarDate.nullable().describe('Last date; null: until another one begins.'),
};
const assignmentRecord = z.strictObject(assignmentFields);
export type AssignmentRecord = z.infer<typeof assignmentRecord>;
const inOrder = ({ from, until }: { from?: string | undefined; until?: string | null | undefined }) =>
  !from || !until || until >= from;
const notInOrder = { path: ['until'], error: 'is before from' };

export const newAssignment = assignmentRecord
  .extend({ ...scopeDefaults, until: assignmentFields.until.default(null) })
  .refine(isOneScope, oneScope)
  .refine(inOrder, notInOrder);
export const assignmentChange = assignmentRecord
  .pick({ rotaId: true, from: true, until: true })
  .partial()
  .refine(inOrder, notInOrder);
export const assignmentView = z
  .strictObject({ id, version, ...assignmentFields, person })
  .meta({ id: 'Assignment' });
export type AssignmentView = z.infer<typeof assignmentView>;
export const assignmentsView = z.strictObject({ assignments: z.array(assignmentView), next });
export const scopeQuery = z.strictObject({
  ...page,
  person: id.optional().describe('Only what is for this person, without what is for the department.'),
});
export const assignmentsQuery = scopeQuery.extend({ rota: id.optional().describe('Only of this rota.') });

const exceptionFields = {
  ...scope,
  date: calendarDate,
  shiftIds: z.array(id).max(SHIFTS_A_DAY).describe('The shifts of that date; none for a free day.'),
  reason,
};
const exceptionRecord = z.strictObject(exceptionFields);
export type ExceptionRecord = z.infer<typeof exceptionRecord>;
export const newException = exceptionRecord.extend(scopeDefaults).refine(isOneScope, oneScope);
export const exceptionChange = exceptionRecord.pick({ date: true, shiftIds: true, reason: true }).partial();
export const exceptionView = z
  .strictObject({ id, version, ...exceptionFields })
  .meta({ id: 'ScheduleException' });
export type ExceptionView = z.infer<typeof exceptionView>;
export const exceptionsView = z.strictObject({ exceptions: z.array(exceptionView), next });

/** The most days in one span of a query. */
const SPAN_MOST = 366;
export const span = { from: calendarDate.describe('First date.'), to: calendarDate.describe('Last date.') };
export const isSpan = ({ from, to }: { from: string; to: string }) => {
  const days = (Date.parse(to) - Date.parse(from)) / DAY;
  return days >= 0 && days < SPAN_MOST;
};
export const noSpan = { path: ['to'], error: `is before from, or more than ${SPAN_MOST} days` };
export const spanOfScopeQuery = scopeQuery.extend(span).refine(isSpan, noSpan);

// ── Absences ─────────────────────────────────────────────────────────────────────────────────────

const absenceFields = {
  personId: id,
  kind: absenceKind.describe(
    'The planned time of vacation, sickness and trips counts as worked. Unpaid absence counts nothing, and nothing is planned in it.',
  ),
  from: calendarDate.describe('First date.'),
  to: calendarDate.describe('Last date.'),
  beginsAtNoon: z.boolean().describe('The first half of the first date is worked.'),
  endsAtNoon: z.boolean().describe('The second half of the last date is worked.'),
  note: line(200),
};
const absenceRecord = z.strictObject(absenceFields);
export type AbsenceRecord = z.infer<typeof absenceRecord>;

export const newAbsence = absenceRecord.extend({
  beginsAtNoon: absenceFields.beginsAtNoon.default(false),
  endsAtNoon: absenceFields.endsAtNoon.default(false),
  note: absenceFields.note.default(''),
});
export const absenceChange = absenceRecord.omit({ personId: true }).partial();
export const absenceView = z
  .strictObject({ id, version, ...absenceFields, person: summary })
  .meta({ id: 'Absence' });
export type AbsenceView = z.infer<typeof absenceView>;
export const absencesView = z.strictObject({ absences: z.array(absenceView), next });
export const absencesQuery = spanOfScopeQuery.safeExtend({
  person: id.optional(),
  department: departmentName.optional(),
  kind: absenceKind.optional(),
});
export type AbsencesQuery = z.infer<typeof absencesQuery>;

const days = z.number().min(0).max(366).multipleOf(0.5, { error: 'is not a number of whole and half days' });
const allowanceFields = {
  days: days.describe('Of this year.'),
  carried: days.describe('Left from the year before.'),
  carriedUntil: calendarDate.nullable().describe('The carried days lapse after this date; null: never.'),
};
export const allowanceInput = z.strictObject({
  days: allowanceFields.days,
  carried: allowanceFields.carried.default(0),
  carriedUntil: allowanceFields.carriedUntil.default(null),
});
export type AllowanceRecord = z.infer<typeof allowanceInput>;

const year = z.coerce.number<number>().int().min(1900).max(2199);
export const yearQuery = z.strictObject({ year: year.optional().describe('The current year by default.') });
export const vacationView = z
  .strictObject({
    year: z.int(),
    version,
    allowance: z.strictObject(allowanceFields).nullable().describe('Null where none was entered.'),
    taken: z.number().describe('Days up to and including today.'),
    booked: z.number().describe('Days entered for later.'),
    lapsed: z.number().describe('Carried days that were not taken in time.'),
    left: z
      .number()
      .describe('Days neither taken nor booked nor lapsed; negative where more was taken than allowed.'),
  })
  .meta({ id: 'Vacation' });
export type VacationView = z.infer<typeof vacationView>;

// ── Balances ─────────────────────────────────────────────────────────────────────────────────────

const balanceEntryFields = {
  personId: id,
  kind: balanceEntryKind.describe(
    '`start`: the balance at the beginning of the date; nothing before counts. `payout`: taken off. `correction`: added.',
  ),
  date: calendarDate,
  amount: z
    .int()
    .min(-500 * HOUR)
    .max(500 * HOUR)
    .describe('Milliseconds; may be negative, but not for a payout.'),
  reason,
};
export const newBalanceEntry = z
  .strictObject(balanceEntryFields)
  .refine(({ kind, amount }) => kind !== 'payout' || amount >= 0, {
    path: ['amount'],
    error: 'is negative',
  });
export type BalanceEntryRecord = z.infer<typeof newBalanceEntry>;
export const balanceEntryView = z
  .strictObject({ id, version, ...balanceEntryFields, author: z.string(), createdAt: instant })
  .meta({ id: 'BalanceEntry' });
export type BalanceEntryView = z.infer<typeof balanceEntryView>;
export const balanceEntriesView = z.strictObject({ entries: z.array(balanceEntryView), next });

const hours = {
  planned: ms,
  worked: ms,
  credited: ms.describe('Absence that counts as worked, ms.'),
  overtime: ms.describe('`worked` and `credited` less `planned`, ms.'),
  incomplete: z.boolean().describe('An arrival or a departure is missing: more was worked than is counted.'),
};
const spanBalance = z.strictObject({ span: z.string().describe('`2026-W48` or `2026-11`.'), ...hours });

export const balanceView = z
  .strictObject({
    person: summary,
    through: z.string().describe('The last date that counts: yesterday.'),
    balance: ms.describe('At the end of that date.'),
    weeks: z.array(spanBalance).describe('Of the year, by ISO 8601.'),
    months: z
      .array(
        spanBalance.extend({
          carried: ms.describe('Balance at the beginning, ms.'),
          corrected: ms,
          paidOut: ms,
          forfeited: ms.describe('Above what may be carried to the next month, ms.'),
          balance: ms.describe('At the end, ms.'),
          whole: z.boolean().describe('Whether its last day is over: only then is anything forfeited.'),
        }),
      )
      .describe('Of the year.'),
  })
  .meta({ id: 'Balance' });
export type BalanceView = z.infer<typeof balanceView>;

// ── The plan of a person ─────────────────────────────────────────────────────────────────────────

const flag = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('late'), planned: instant, arrival: instant, by: ms }),
  z.strictObject({ kind: z.literal('early'), planned: instant, departure: instant, by: ms }),
  z.strictObject({
    kind: z.literal('missing-arrival'),
    departure: instant,
    proposed: instant.nullable().describe('What the plan suggests. It counts only once somebody enters it.'),
  }),
  z.strictObject({ kind: z.literal('missing-departure'), arrival: instant, proposed: instant.nullable() }),
  z.strictObject({
    kind: z.literal('unplanned'),
    from: instant,
    until: instant,
    because: z.enum(['free', 'other-time', 'holiday', 'not-employed', ...ABSENCE_KINDS]),
  }),
  z.strictObject({ kind: z.literal('break-missed'), presence: ms, required: ms, taken: ms }),
  z.strictObject({
    kind: z.literal('short-rest'),
    departure: instant,
    arrival: instant,
    rest: ms,
    required: ms,
  }),
  z.strictObject({ kind: z.literal('absent'), begin: instant, end: instant }),
  z.strictObject({
    kind: z.literal('clock-set'),
    punch: instant.describe('The clock of the server was set around it, so it may be wrong.'),
    set: instant,
    moved: z.number().describe('Ms; negative where the clock was set back.'),
  }),
]);
const flagView = flag.meta({ id: 'DayFlag' });
export type FlagView = z.infer<typeof flagView>;

const half = z.enum(['first', 'second']);
const planDay = z
  .strictObject({
    date: z.string(),
    why: z
      .discriminatedUnion('by', [
        z.strictObject({
          by: z.literal('exception'),
          exceptionId: id,
          scope: z.enum(['person', 'department']),
          reason: z.string(),
        }),
        z.strictObject({
          by: z.literal('rota'),
          scope: z.enum(['person', 'department']),
          assignmentId: id,
          rotaId: id,
          week: z.int().describe('Of the rota, counted from 1.'),
        }),
        z.strictObject({ by: z.literal('nothing') }),
        z.strictObject({ by: z.literal('not-employed') }),
      ])
      .describe('Why these shifts are planned.'),
    shifts: z
      .array(
        z.strictObject({
          shiftId: id,
          name: z.string(),
          begin: instant,
          end: instant,
          flexible: z
            .strictObject({ planned: ms, core: z.strictObject({ begin: instant, end: instant }).nullable() })
            .nullable(),
        }),
      )
      .describe('To be worked: without what a holiday or an absence makes free.'),
    toWork: ms.describe('Of `planned`, what is to be worked, ms.'),
    holiday: z.strictObject({ name: z.string(), half: z.boolean(), free: z.boolean() }).nullable(),
    absences: z.array(
      z.strictObject({
        id,
        kind: absenceKind,
        halves: z.array(half),
        time: ms.describe('Planned time that it takes the place of, ms.'),
        counts: z.boolean().describe('Whether that time counts as worked.'),
        days: z.number().describe('0.5 or 1; 0 where there is nothing to be absent from.'),
      }),
    ),
    ...hours,
    flags: z.array(flagView),
  })
  .meta({ id: 'PlanDay' });
export type PlanDayView = z.infer<typeof planDay>;

export const planQuery = z.strictObject(span).refine(isSpan, noSpan);
export const planView = z
  .strictObject({ person: summary, timeZone: z.string(), days: z.array(planDay) })
  .meta({ id: 'PersonPlan' });
export type PlanView = z.infer<typeof planView>;
