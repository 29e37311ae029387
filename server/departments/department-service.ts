/** Departments: added, renamed, joined and removed by those who keep the people. */
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { type Expected, recordVersion, requireVersion } from '../db/record-version.ts';
import type { DepartmentView, NewDepartment } from '../protocol/departments.ts';
import { MusterError } from '../protocol/error.ts';
import { addDepartments, lockDepartments } from './department-list.ts';

export interface DepartmentServiceOptions {
  database: Database;
  log: Logger;
}

/** Who refers to a department by its name. */
const USERS = ['person', 'account', 'schedule_assignment', 'schedule_exception'] as const;

export class DepartmentService {
  readonly #database: Database;
  readonly #log: Logger;

  constructor({ database, log }: DepartmentServiceOptions) {
    this.#database = database;
    this.#log = log.child({ part: 'departments' });
  }

  /** By name. */
  list(): Promise<DepartmentView[]> {
    return viewed(this.#database.fork());
  }

  /** The ids of the accounts that see this department. */
  async managers(id: string): Promise<string[]> {
    const accounts = await this.#database
      .fork()
      .execute<{ id: string }[]>(
        'select account.id from account join department d on d.name = account.department where d.id = ?',
        [id],
      );
    return accounts.map((account) => account.id);
  }

  /** Throws MusterError `not-found`. */
  get(id: string): Promise<DepartmentView> {
    return one(this.#database.fork(), id);
  }

  /** Throws MusterError `conflict` where there is a department of this name. */
  async create({ name }: NewDepartment): Promise<DepartmentView> {
    const view = await this.#write(async (em) => {
      await this.#claim(em, name, null);
      const [created] = await addDepartments(em, [name]);
      await audit(em, created!);
      return one(em, created!.object.id);
    });
    this.#log.info({ event: 'department.created', departmentId: view.id }, 'department added');
    return view;
  }

  /** Throws MusterError `not-found`, `conflict`, `precondition-failed`. */
  async rename(id: string, { name }: NewDepartment, expected?: Expected): Promise<DepartmentView> {
    const view = await this.#write(async (em) => {
      const { name: before } = await this.#found(em, id, expected);
      if (name === before) return one(em, id);
      await this.#claim(em, name, id);
      await em.execute('update department set name = ? where id = ?', [name, id]);
      await keepFormerName(em, before, name);
      await audit(em, {
        act: 'department.renamed',
        object: { kind: 'department', id },
        before: { name: before },
        after: { name },
      });
      return one(em, id);
    });
    this.#log.info({ event: 'department.renamed', departmentId: id }, 'department renamed');
    return view;
  }

  /**
   * Gives everybody who refers to the one to the other, and removes the one. Of two exceptions on the same date, that of
   * the department that stays counts.
   * Throws MusterError `not-found`, `conflict` where both are the same.
   */
  async join(id: string, into: string): Promise<DepartmentView> {
    const view = await this.#write(async (em) => {
      if (id === into) throw conflict('into', 'is the same department');
      const { name: gone } = await this.#found(em, id);
      const { name: stays } = await this.#found(em, into);
      await em.execute(
        `delete from schedule_exception where department = ?
         and date in (select date from schedule_exception where department = ?)`,
        [gone, stays],
      );
      for (const table of [...USERS, 'former_department_name']) {
        await em.execute(`update ${table} set department = ? where department = ?`, [stays, gone]);
      }
      await em.execute('delete from department where id = ?', [id]);
      await keepFormerName(em, gone, stays);
      await audit(em, {
        act: 'department.joined',
        object: { kind: 'department', id: into },
        after: { name: stays, joined: gone },
      });
      return one(em, into);
    });
    this.#log.info({ event: 'department.joined', departmentId: into, joined: id }, 'departments joined');
    return view;
  }

  /** Throws MusterError `not-found`, `conflict` where it is in use, `precondition-failed`. */
  async remove(id: string, expected?: Expected): Promise<void> {
    await this.#write(async (em) => {
      const { name, uses } = await this.#found(em, id, expected);
      const { people, managers, rotas, exceptions } = uses;
      if (people + managers.length + rotas + exceptions > 0) throw inUse();
      await em.execute('delete from department where id = ?', [id]);
      await audit(em, { act: 'department.removed', object: { kind: 'department', id }, before: { name } });
    });
    this.#log.info({ event: 'department.removed', departmentId: id }, 'department removed');
  }

  async #found(em: Em, id: string, expected?: Expected): Promise<DepartmentView> {
    const view = await one(em, id);
    await requireVersion(em, {
      version: view.version,
      expected,
      edited: { kind: 'department', id, acts: ['department.renamed'] },
    });
    return view;
  }

  /** A former name is free for a department that really has it. */
  async #claim(em: Em, name: string, id: string | null): Promise<void> {
    const taken = await em.execute<unknown[]>(
      'select 1 from department where fold_name(name) = fold_name(?) and id is distinct from ?::uuid',
      [name, id],
    );
    if (taken.length > 0) throw conflict('name', 'is the name of another department');
    await em.execute('delete from former_department_name where fold_name(name) = fold_name(?)', [name]);
  }

  async #write<T>(work: (em: Em) => Promise<T>): Promise<T> {
    return this.#database.transaction(async (em) => {
      await lockDepartments(em);
      return work(em);
    });
  }
}

async function keepFormerName(em: Em, name: string, department: string): Promise<void> {
  await em.execute(
    `insert into former_department_name (name, department, created_at)
     select ?, ?, now() where fold_name(?) <> fold_name(?)`,
    [name, department, name, department],
  );
}

async function one(em: Em, id: string): Promise<DepartmentView> {
  const [view] = await viewed(em, id);
  if (!view) throw new MusterError('not-found', 'There is no such department.');
  return view;
}

async function viewed(em: Em, id: string | null = null): Promise<DepartmentView[]> {
  const rows = await em.execute<Omit<DepartmentView, 'version'>[]>(
    `select d.id, d.name,
       (select coalesce(json_agg(f.name order by f.name collate by_name), '[]'::json)
        from former_department_name f where f.department = d.name) "formerNames",
       json_build_object(
         'people', (select count(*) from person p where p.department = d.name),
         'managers', (select coalesce(json_agg(a.name order by a.name collate by_name), '[]'::json)
                      from account a where a.department = d.name),
         'rotas', (select count(*) from schedule_assignment s where s.department = d.name),
         'exceptions', (select count(*) from schedule_exception e where e.department = d.name)) uses
     from department d where ?::uuid is null or d.id = ?::uuid order by d.name collate by_name, d.name`,
    [id, id],
  );
  return rows.map(({ id: of, name, formerNames, uses }) => ({
    id: of,
    version: recordVersion({ name }),
    name,
    formerNames,
    uses,
  }));
}

function conflict(path: string, message: string): MusterError {
  return new MusterError('conflict', `${path} ${message}.`, { faults: [{ path, message }] });
}

function inUse(): MusterError {
  return new MusterError(
    'conflict',
    'This department is in use: join it into another one, or give those who refer to it another one first.',
  );
}
