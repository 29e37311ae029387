/** Absences and vacation allowances. */
import { LockMode } from '@mikro-orm/core';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { AbsenceRow, VacationAllowanceRow } from '../db/entities/absence.ts';
import { Person } from '../db/entities/person.ts';
import { type Expected, recordVersion, requireVersion } from '../db/record-version.ts';
import { departmentsNamed } from '../departments/department-names.ts';
import { isWithin } from '../people/departments.ts';
import { type PersonSummary, withPerson } from '../people/person-summary.ts';
import { MusterError } from '../protocol/error.ts';
import type { PageQuery } from '../protocol/fields.ts';
import type {
  AbsenceRecord,
  AbsencesQuery,
  AbsenceView,
  AllowanceRecord,
  VacationView,
} from '../protocol/schedules.ts';
import { siteOf } from '../sites/site-service.ts';
import { dateAt } from '../time/zoned.ts';
import { vacationLeft } from '../worktime/vacation.ts';
import { overlap } from './absence-overlap.ts';
import { plansOf } from './plans-of.ts';
import { conflict, type Departments, fault, type RecordKind, RecordSet } from '../records/record-set.ts';

export class AbsenceService {
  readonly absences: RecordSet<AbsenceRow, AbsenceRecord, { person: PersonSummary }>;
  readonly #database: Database;
  readonly #now: () => number;

  /** @param options `now`: epoch ms; replaced in tests */
  constructor({ database, now = Date.now }: { database: Database; now?: (() => number) | undefined }) {
    this.absences = new RecordSet(database, ABSENCES);
    this.#database = database;
    this.#now = now;
  }

  /** By first date. */
  async list(
    { from, to, person, department, kind }: Omit<AbsencesQuery, keyof PageQuery>,
    departments?: Departments,
  ): Promise<AbsenceView[]> {
    const where = {
      fromDate: { $lte: to },
      toDate: { $gte: from },
      ...(person !== undefined && { personId: person }),
      ...(kind !== undefined && { kind }),
    };
    const found = await this.absences.list(where, departments);
    if (department === undefined) return found;
    const names = await departmentsNamed(this.#database.fork(), [department]);
    return found.filter((one) => isWithin(one.person, [names.get(department) ?? department]));
  }

  /** Throws MusterError `not-found`. @param year the current one of the person's site by default */
  async vacation(personId: string, year?: number, departments?: Departments): Promise<VacationView> {
    const em = this.#database.fork();
    const person = await em.findOne(Person, { id: personId, erasedAt: null });
    if (!person || !isWithin(person, departments)) throw notFound();
    const { timeZone } = await siteOf(em, person.siteId);
    const today = dateAt(this.#now(), timeZone);
    const of = year ?? Number(today.slice(0, 4));
    const row = await em.findOne(VacationAllowanceRow, { personId, year: of });
    const allowance = row && allowanceOf(row);
    const plans = await plansOf(em, [personId], `${of}-01-01`, `${of}-12-31`);
    const none = { days: 0, carried: 0, carriedUntil: null };
    const left = vacationLeft(allowance ?? none, plans.get(personId)!, today);
    return {
      year: of,
      version: versionOf(allowance),
      allowance,
      taken: left.taken,
      booked: left.booked,
      lapsed: left.lapsed,
      left: left.left,
    };
  }

  /** Throws MusterError `not-found`, `precondition-failed`. */
  async allow(
    personId: string,
    year: number | undefined,
    input: AllowanceRecord,
    expected?: Expected,
  ): Promise<VacationView> {
    const { year: of } = await this.vacation(personId, year);
    await this.#database.transaction(async (em) => {
      // The first allowance of a year has no row yet that could be locked.
      await em.findOneOrFail(Person, { id: personId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const row = await em.findOne(VacationAllowanceRow, { personId, year: of });
      const before = row && allowanceOf(row);
      await requireVersion(em, {
        version: versionOf(before),
        expected,
        edited: { kind: 'person', id: personId, acts: ['allowance.set'] },
      });
      await em.upsert(VacationAllowanceRow, { personId, year: of, ...input });
      await audit(em, {
        act: 'allowance.set',
        object: { kind: 'person', id: personId },
        ...(before && { before: { year: of, ...before } }),
        after: { year: of, ...input },
      });
    });
    return this.vacation(personId, of);
  }
}

function allowanceOf({ days, carried, carriedUntil }: VacationAllowanceRow): AllowanceRecord {
  return { days, carried, carriedUntil: carriedUntil ?? null };
}

function versionOf(allowance: AllowanceRecord | null): string {
  return recordVersion({ ...allowance });
}

function notFound(): MusterError {
  return new MusterError('not-found', 'There is no such person.');
}

const ABSENCES: RecordKind<AbsenceRow, AbsenceRecord, { person: PersonSummary }> = {
  entity: AbsenceRow,
  name: 'absence',
  acts: { created: 'absence.created', changed: 'absence.changed', removed: 'absence.removed' },
  subject: ({ personId }) => ({ kind: 'person', id: personId }),
  order: { fromDate: 'asc' },
  fieldsOf: ({ personId, kind, fromDate, toDate, beginsAtNoon, endsAtNoon, note }) => ({
    personId,
    kind,
    from: fromDate,
    to: toDate,
    beginsAtNoon,
    endsAtNoon,
    note,
  }),
  moreOf: async (em, rows) => {
    const personOf = await withPerson(em, rows);
    return (row) => ({ person: personOf(row).person! });
  },
  rowOf: ({ from, to, ...rest }) => ({ ...rest, fromDate: from, toDate: to }),
  // Whether somebody was sick is nobody's business who reads the audit trail.
  detailOf: ({ from, to, beginsAtNoon, endsAtNoon }) => ({ from, to, beginsAtNoon, endsAtNoon }),
  check: async (em, fields, id) => {
    const { personId, from, to } = fields;
    if (to < from) throw fault('to', 'is before from');
    if (from === to && fields.beginsAtNoon && fields.endsAtNoon) {
      throw fault('endsAtNoon', 'leaves nothing of the day');
    }
    const others = await em.find(AbsenceRow, { personId, fromDate: { $lte: to }, toDate: { $gte: from } });
    for (const other of others) {
      if (other.id !== id && overlap(other, { ...fields, fromDate: from, toDate: to })) {
        throw conflict('from', 'is within another absence');
      }
    }
  },
};
