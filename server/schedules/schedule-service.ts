/** Shifts, rotas, who works by which, and exceptions on single dates. */
import type { Database, Em } from '../db/database.ts';
import { RotaRow, ScheduleAssignment, ScheduleException, ShiftRow } from '../db/entities/schedule.ts';
import { type PersonSummary, withPerson } from '../people/person-summary.ts';
import type { AssignmentRecord, ExceptionRecord, RotaRecord, ShiftRecord } from '../protocol/schedules.ts';
import { shiftOn } from '../worktime/shifts.ts';
import { shiftOf } from './plans-of.ts';
import { conflict, fault, type RecordKind, RecordSet } from '../records/record-set.ts';

export class ScheduleService {
  readonly shifts: RecordSet<ShiftRow, ShiftRecord>;
  readonly rotas: RecordSet<RotaRow, RotaRecord>;
  readonly assignments: RecordSet<ScheduleAssignment, AssignmentRecord, { person: PersonSummary | null }>;
  readonly exceptions: RecordSet<ScheduleException, ExceptionRecord>;

  constructor({ database }: { database: Database }) {
    this.shifts = new RecordSet(database, SHIFTS);
    this.rotas = new RecordSet(database, ROTAS);
    this.assignments = new RecordSet(database, ASSIGNMENTS);
    this.exceptions = new RecordSet(database, EXCEPTIONS);
  }
}

const SHIFTS: RecordKind<ShiftRow, ShiftRecord> = {
  entity: ShiftRow,
  name: 'shift',
  acts: { created: 'shift.created', changed: 'shift.changed', removed: 'shift.removed' },
  subject: ({ id }) => ({ kind: 'shift', id }),
  order: { name: 'asc' },
  fieldsOf: (row) => {
    const { id: _, ...fields } = shiftOf(row);
    return fields;
  },
  rowOf: ({ name, begin, end, flexible, breaks }) => ({ name, begins: begin, ends: end, flexible, breaks }),
  detailOf: (fields) => ({ ...fields }),
  check: async (_em, fields) => checkCore(fields),
  checkRemoval: async (em, id) => {
    const rotas = await em.find(RotaRow, {});
    if (rotas.some(({ weeks }) => weeks.flat(2).includes(id))) throw conflict('id', 'is in a rota');
    const exceptions = await em.find(ScheduleException, {});
    if (exceptions.some(({ shiftIds }) => shiftIds.includes(id))) throw conflict('id', 'is in an exception');
  },
  unique: { path: 'name', message: 'is the name of another shift' },
};

function checkCore({ begin, end, flexible }: ShiftRecord): void {
  if (!flexible) return;
  const length = after(begin, end) || DAY;
  if (flexible.planned > length * 60_000) throw fault('flexible.planned', 'is longer than the shift');
  if (!flexible.core) return;
  const first = after(begin, flexible.core.begin);
  const last = after(begin, flexible.core.end) || length;
  if (first >= last || last > length) throw fault('flexible.core', 'is not within the shift');
}

/** Minutes of a day. */
const DAY = 1_440;

/** Minutes from one time of the clock to the next time that it shows the other. */
function after(begin: string, time: string): number {
  return (minutesOf(time) - minutesOf(begin) + DAY) % DAY;
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

const ROTAS: RecordKind<RotaRow, RotaRecord> = {
  entity: RotaRow,
  name: 'rota',
  acts: { created: 'rota.created', changed: 'rota.changed', removed: 'rota.removed' },
  subject: ({ id }) => ({ kind: 'rota', id }),
  order: { name: 'asc' },
  fieldsOf: ({ name, weeks, anchor, worksOnHolidays, carryOver }) => ({
    name,
    weeks,
    anchor,
    worksOnHolidays,
    carryOver: carryOver ?? null,
  }),
  rowOf: (fields) => fields,
  detailOf: (fields) => ({ ...fields }),
  check: async (em, { weeks }) => {
    const shifts = await shiftsById(em);
    for (const [week, ofWeek] of weeks.entries()) {
      for (const [day, ids] of ofWeek.entries()) checkDay(ids, shifts, `weeks.${week}.${day}`);
    }
  },
  checkRemoval: async (em, id) => {
    if ((await em.count(ScheduleAssignment, { rotaId: id })) > 0) throw conflict('id', 'is assigned');
  },
  unique: { path: 'name', message: 'is the name of another rota' },
};

async function shiftsById(em: Em): Promise<Map<string, ShiftRow>> {
  return new Map((await em.find(ShiftRow, {})).map((row) => [row.id, row]));
}

/** Several shifts of one day must follow each other. On a date without a change of the clocks, in any zone. */
function checkDay(ids: readonly string[], shifts: ReadonlyMap<string, ShiftRow>, path: string): void {
  const planned = ids.map((id) => {
    const row = shifts.get(id);
    if (!row) throw fault(path, 'names a shift that there is not');
    return shiftOn(shiftOf(row), '2026-01-05', 'UTC');
  });
  const inOrder = planned.toSorted((a, b) => a.begin - b.begin);
  if (inOrder.some(({ end }, index) => end > (inOrder[index + 1]?.begin ?? Infinity))) {
    throw fault(path, 'has shifts that overlap');
  }
}

const ASSIGNMENTS: RecordKind<ScheduleAssignment, AssignmentRecord, { person: PersonSummary | null }> = {
  entity: ScheduleAssignment,
  name: 'assignment',
  acts: { created: 'assignment.created', changed: 'assignment.changed', removed: 'assignment.removed' },
  subject: ({ id, personId }) => (personId ? { kind: 'person', id: personId } : { kind: 'assignment', id }),
  order: { fromDate: 'desc' },
  fieldsOf: ({ rotaId, personId, department, fromDate, untilDate }) => ({
    rotaId,
    personId: personId ?? null,
    department: department ?? null,
    from: fromDate,
    until: untilDate ?? null,
  }),
  rowOf: ({ rotaId, personId, department, from, until }) => ({
    rotaId,
    personId,
    department,
    fromDate: from,
    untilDate: until,
  }),
  moreOf: withPerson,
  detailOf: ({ rotaId, department, from, until }) => ({ rotaId, department, from, until }),
  check: async (em, { rotaId, personId, department, from, until }, id) => {
    if (until !== null && until < from) throw fault('until', 'is before from');
    if ((await em.count(RotaRow, { id: rotaId })) === 0) throw fault('rotaId', 'is not the id of any rota');
    const others = await em.find(ScheduleAssignment, { fromDate: from });
    const same = others.find(
      (one) =>
        one.id !== id && (one.personId ?? null) === personId && (one.department ?? null) === department,
    );
    if (same) throw conflict('from', 'is the first date of another assignment');
  },
};

const EXCEPTIONS: RecordKind<ScheduleException, ExceptionRecord> = {
  entity: ScheduleException,
  name: 'exception',
  acts: { created: 'exception.created', changed: 'exception.changed', removed: 'exception.removed' },
  subject: ({ id, personId }) => (personId ? { kind: 'person', id: personId } : { kind: 'exception', id }),
  order: { date: 'desc' },
  fieldsOf: ({ personId, department, date, shiftIds, reason }) => ({
    personId: personId ?? null,
    department: department ?? null,
    date,
    shiftIds,
    reason,
  }),
  rowOf: (fields) => fields,
  detailOf: ({ department, date, shiftIds }) => ({ department, date, shiftIds }),
  check: async (em, { shiftIds }) => checkDay(shiftIds, await shiftsById(em), 'shiftIds'),
  unique: { path: 'date', message: 'has an exception already' },
};
