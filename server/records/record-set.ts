/**
 * Keeps one kind of record, such as shifts, absences or payroll profiles: all of them are listed, created, changed and removed
 * in the same way, each change with its act in the audit trail.
 */
import { type EntitySchema, LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import { audit, type AuditDetail } from '../audit/audit.ts';
import { difference } from '../audit/difference.ts';
import type { Database, Em } from '../db/database.ts';
import { Person } from '../db/entities/person.ts';
import { type Expected, recordVersion, requireVersion } from '../db/record-version.ts';
import { requireDepartment } from '../departments/department-names.ts';
import { isWithin } from '../people/departments.ts';
import type { AuditAct, AuditSubject } from '../protocol/audit-acts.ts';
import { MusterError } from '../protocol/error.ts';

/** Only what concerns people of these departments; everything where undefined. */
export type Departments = readonly string[] | undefined;

interface Row {
  id: string;
  personId?: string | null;
  department?: string | null;
}

export interface RecordKind<R extends Row, Fields extends object, More extends object = object> {
  entity: EntitySchema;
  /** In sentences, such as `shift`. */
  name: string;
  acts: { created: AuditAct; changed: AuditAct; removed: AuditAct };
  /** What the audit trail names as the object. */
  subject: (row: R) => { kind: AuditSubject; id: string };
  /** By properties of the row. */
  order: Readonly<Record<string, 'asc' | 'desc'>>;
  /** What can be edited, as the API writes it. */
  fieldsOf: (row: R) => Fields;
  /** The same by the properties of the row. */
  rowOf: (fields: Fields) => object;
  /** What a reader sees besides, such as the name of the person. */
  moreOf?: (em: Em, rows: readonly R[]) => Promise<(row: R) => More>;
  /** What the audit trail keeps of it: no names of people, and nothing about their health. */
  detailOf: (fields: Fields) => AuditDetail;
  /** Throws MusterError where the record cannot be. */
  check?: (em: Em, fields: Fields, id: string | null) => Promise<void>;
  /** Throws MusterError where other records need this one. */
  checkRemoval?: (em: Em, id: string) => Promise<void>;
  /** What is unique: the field, and what it says. */
  unique?: { path: string; message: string };
}

export type Viewed<Fields, More extends object = object> = Fields & More & { id: string; version: string };

export class RecordSet<R extends Row, Fields extends object, More extends object = object> {
  readonly #database: Database;
  readonly #kind: RecordKind<R, Fields, More>;

  constructor(database: Database, kind: RecordKind<R, Fields, More>) {
    this.#database = database;
    this.#kind = kind;
  }

  /** @param where by the properties of the row */
  async list(where: object = {}, departments?: Departments): Promise<Viewed<Fields, More>[]> {
    const em = this.#database.fork();
    const orderBy = { ...this.#kind.order, id: 'asc' as const };
    const rows = (await em.find(this.#kind.entity, where, { orderBy })) as R[];
    return this.#views(em, await visible(em, rows, departments));
  }

  /** Throws MusterError `not-found`. */
  async get(id: string, departments?: Departments): Promise<Viewed<Fields, More>> {
    const [found] = await this.list({ id }, departments);
    if (!found) throw this.#notFound();
    return found;
  }

  /** Throws MusterError `validation-failed`, `conflict`. @param more properties of the row that are not edited */
  async create(fields: Fields, more: object = {}): Promise<Viewed<Fields, More>> {
    return this.#write((em) => this.createIn(em, fields, more));
  }

  /** As `create`, inside the transaction of the caller. */
  async createIn(em: Em, fields: Fields, more: object = {}): Promise<Viewed<Fields, More>> {
    const checked = await this.#checked(em, fields, null);
    const row = em.create(this.#kind.entity, { ...this.#kind.rowOf(checked), ...more } as never) as R;
    await em.flush();
    await audit(em, {
      act: this.#kind.acts.created,
      object: this.#kind.subject(row),
      after: this.#kind.detailOf(checked),
    });
    return this.#view(em, row);
  }

  /** Throws MusterError as `create` would, and writes nothing. */
  async check(em: Em, fields: Fields): Promise<void> {
    await this.#checked(em, fields, null);
  }

  /** Throws MusterError `not-found`, `validation-failed`, `conflict`, `precondition-failed`. */
  async update(id: string, change: Partial<Fields>, expected?: Expected): Promise<Viewed<Fields, More>> {
    return this.#write(async (em) => {
      const row = await this.#locked(em, id, expected);
      const before = this.#kind.fieldsOf(row);
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      const after = await this.#checked(em, { ...before, ...Object.fromEntries(given) }, id);
      Object.assign(row, this.#kind.rowOf(after));
      await em.flush();
      await audit(em, {
        act: this.#kind.acts.changed,
        object: this.#kind.subject(row),
        ...difference(this.#kind.detailOf(before), this.#kind.detailOf(after)),
      });
      return this.#view(em, row);
    });
  }

  /** Throws MusterError `not-found`, `conflict`, `precondition-failed`. */
  async remove(id: string, expected?: Expected): Promise<void> {
    await this.#write(async (em) => {
      const row = await this.#locked(em, id, expected);
      await this.#kind.checkRemoval?.(em, id);
      em.remove(row);
      await audit(em, {
        act: this.#kind.acts.removed,
        object: this.#kind.subject(row),
        before: this.#kind.detailOf(this.#kind.fieldsOf(row)),
      });
    });
  }

  /** The fields, with a department as the list writes it. */
  async #checked(em: Em, fields: Fields, id: string | null): Promise<Fields> {
    const { personId, department } = fields as { personId?: string | null; department?: string | null };
    if (personId && (await em.count(Person, { id: personId, erasedAt: null })) === 0) {
      throw fault('personId', 'is not the id of any person');
    }
    const checked = department ? { ...fields, department: await requireDepartment(em, department) } : fields;
    await this.#kind.check?.(em, checked, id);
    return checked;
  }

  async #locked(em: Em, id: string, expected: Expected): Promise<R> {
    const row = (await em.findOne(
      this.#kind.entity,
      { id },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    )) as R | null;
    if (!row) throw this.#notFound();
    await requireVersion(em, {
      version: versionOf(this.#kind.fieldsOf(row)),
      expected,
      edited: { ...this.#kind.subject(row), acts: [this.#kind.acts.changed], department: row.department },
    });
    return row;
  }

  async #view(em: Em, row: R): Promise<Viewed<Fields, More>> {
    return (await this.#views(em, [row]))[0]!;
  }

  async #views(em: Em, rows: readonly R[]): Promise<Viewed<Fields, More>[]> {
    const more = await this.#kind.moreOf?.(em, rows);
    return rows.map((row) => {
      const fields = this.#kind.fieldsOf(row);
      return { id: row.id, version: versionOf(fields), ...fields, ...more?.(row) } as Viewed<Fields, More>;
    });
  }

  #notFound(): MusterError {
    return new MusterError('not-found', `There is no such ${this.#kind.name}.`);
  }

  async #write<T>(work: (em: Em) => Promise<T>): Promise<T> {
    try {
      return await this.#database.transaction(work);
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      const { path, message } = this.#kind.unique ?? { path: 'id', message: 'exists already' };
      throw new MusterError('conflict', `${path} ${message}.`, { faults: [{ path, message }], cause: error });
    }
  }
}

async function visible<R extends Row>(em: Em, rows: R[], departments: Departments): Promise<R[]> {
  if (departments === undefined) return rows;
  const ids = rows.map(({ personId }) => personId).filter((id) => typeof id === 'string');
  const people = await em.find(Person, { id: { $in: ids } }, { fields: ['id', 'department'] });
  const within = new Set(people.filter((person) => isWithin(person, departments)).map(({ id }) => id));
  return rows.filter(({ personId, department }) => {
    if (personId) return within.has(personId);
    return !department || isWithin({ department }, departments);
  });
}

/** PostgreSQL keeps the fields of a JSON value in an order of its own, so they are sorted. */
function versionOf(fields: object): string {
  return recordVersion(JSON.parse(JSON.stringify(fields, sorted)) as Record<string, unknown>);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function fault(path: string, message: string): MusterError {
  return new MusterError('validation-failed', `${path} ${message}.`, { faults: [{ path, message }] });
}

export function conflict(path: string, message: string): MusterError {
  return new MusterError('conflict', `${path} ${message}.`, { faults: [{ path, message }] });
}
