/** Acts on many people at once. Each change is in the audit trail as if it had been done alone. */
import type { Logger } from 'pino';
import { auditAll, type AuditEntry } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { requireDepartment } from '../departments/department-names.ts';
import type { InvitationService } from '../invitations/invitation-service.ts';
import { type Chosen, chosenPeople, type ChosenPerson } from '../people/chosen-people.ts';
import type { FilterBasis } from '../people/people-query.ts';
import type { PeopleService } from '../people/people-service.ts';
import { MusterError } from '../protocol/error.ts';
import {
  type ChosenPeople,
  type DepartmentAct,
  type InvitationAct,
  type InvitationsResult,
  PEOPLE_ACT_LIMITS,
  type PeopleActProgress,
  type PeopleActResult,
  type RotaAct,
  type StatusAct,
} from '../protocol/people-acts.ts';
import { assignRota } from './assign-rota.ts';

export interface PeopleActsOptions extends FilterBasis {
  database: Database;
  people: Pick<PeopleService, 'takeOver'>;
  invitations: Pick<InvitationService, 'create'>;
  log: Logger;
}

type Report = (progress: PeopleActProgress) => void;

/** People that are written by one statement. */
const BATCH = 500;

export class PeopleActs {
  readonly #options: PeopleActsOptions;
  readonly #log: Logger;

  constructor(options: PeopleActsOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'people-acts' });
  }

  /** Throws MusterError `validation-failed` for too many people, or a department that is not in the list. */
  async setDepartment({ people, department }: DepartmentAct, report: Report): Promise<PeopleActResult> {
    return this.#change(people, 'department', report, async (em) => {
      const name = await requireDepartment(em, department);
      return {
        isDone: (person) => person.department === name,
        statusOf: ({ status }) => status,
        write: (ids) =>
          em.execute('update person set department = ? where id = any(?::uuid[])', [name, idList(ids)]),
      };
    });
  }

  /** Throws MusterError `validation-failed` for too many people. */
  async setStatus({ people, status }: StatusAct, report: Report): Promise<PeopleActResult> {
    const changed: string[] = [];
    const result = await this.#change(people, 'status', report, async (em) => ({
      isDone: (person) => person.status === status,
      statusOf: () => status,
      write: async (ids) => {
        await em.execute(
          `update person set status = ?, left_at = case when ? = 'left' then ?::timestamptz end
           where id = any(?::uuid[])`,
          [status, status, new Date(), idList(ids)],
        );
        changed.push(...ids);
      },
    }));
    // People who are suspended or have left are not recognized; active people are.
    await this.#options.people.takeOver(changed.map((id) => ({ id, recognized: true })));
    return result;
  }

  /** Throws MusterError `validation-failed` for too many people, or no rota. */
  async setRota({ people, ...rota }: RotaAct, report: Report): Promise<PeopleActResult> {
    const { database } = this.#options;
    const result = await database.transaction(async (em): Promise<PeopleActResult> => {
      const chosen = await chosenPeople(em, people, this.#options);
      const working = chosen.people.filter(({ status }) => status !== 'left');
      const gone = chosen.people.filter(({ status }) => status === 'left');
      const { events, unchanged } = await assignRota(em, rota, working);
      await auditSteps(em, events, report);
      return {
        changed: events.length,
        unchanged,
        failed: [
          ...missing(chosen),
          ...gone.map((person) => ({ person: refer(person), message: 'This person has left.' })),
        ],
      };
    });
    this.#done('rota', result);
    return result;
  }

  /**
   * One after the other, each in a transaction of its own: a link that was made is handed out whatever happens to the next.
   * Throws MusterError `validation-failed` for too many people.
   */
  async invite(
    { people, days }: InvitationAct,
    by: { accountId: string },
    report: Report,
  ): Promise<Omit<InvitationsResult, 'addresses'>> {
    const { database, invitations } = this.#options;
    const chosen = await chosenPeople(database.fork(), people, this.#options, PEOPLE_ACT_LIMITS.invitations);
    const made: InvitationsResult['invitations'] = [];
    const failed = missing(chosen);
    const of = chosen.people.length;
    for (const [done, person] of chosen.people.entries()) {
      report({ done, of });
      try {
        const { invitation, token } = await invitations.create({ personId: person.id, days }, by);
        made.push({ id: invitation.id, person: refer(person), token, expiresAt: invitation.expiresAt });
      } catch (error) {
        if (!(error instanceof MusterError) || error.retryable) throw error;
        failed.push({ person: refer(person), message: error.message });
      }
    }
    this.#done('invitations', { changed: made.length, unchanged: 0, failed });
    return { invitations: made, failed };
  }

  async #change(
    people: ChosenPeople,
    field: 'department' | 'status',
    report: Report,
    prepare: (em: Em) => Promise<Change>,
  ): Promise<PeopleActResult> {
    const result = await this.#options.database.transaction(async (em): Promise<PeopleActResult> => {
      const change = await prepare(em);
      const chosen = await chosenPeople(em, people, this.#options);
      const changed = chosen.people.filter((person) => !change.isDone(person));
      // Each of them is written, and then its event.
      const of = 2 * changed.length;
      for (let i = 0; i < changed.length; i += BATCH) {
        report({ done: i, of });
        await change.write(changed.slice(i, i + BATCH).map(({ id }) => id));
      }
      const events = changed.map((person): AuditEntry => ({
        act: 'person.changed',
        object: { kind: 'person', id: person.id },
        before: { status: person.status },
        after: { status: change.statusOf(person), fields: [field] },
      }));
      await auditSteps(em, events, report, { before: changed.length, of });
      return {
        changed: changed.length,
        unchanged: chosen.people.length - changed.length,
        failed: missing(chosen),
      };
    });
    this.#done(field, result);
    return result;
  }

  #done(what: string, { changed, unchanged, failed }: PeopleActResult): void {
    const counts = { changed, unchanged, failed: failed.length };
    this.#log.info({ event: 'people.changed', what, ...counts }, 'many people changed');
  }
}

interface Change {
  isDone: (person: ChosenPerson) => boolean;
  /** Afterwards. */
  statusOf: (person: ChosenPerson) => string;
  write: (ids: readonly string[]) => Promise<unknown>;
}

async function auditSteps(
  em: Em,
  events: readonly AuditEntry[],
  report: Report,
  { before = 0, of = events.length } = {},
): Promise<void> {
  let done = before;
  if (events.length > 0) await auditAll(em, events, (written) => report({ done: (done += written), of }));
}

function missing(chosen: Chosen): PeopleActResult['failed'] {
  return chosen.missing.map((id) => ({
    person: { id, number: '', displayName: '' },
    message: 'There is no such person.',
  }));
}

function refer({ id, number, displayName }: ChosenPerson) {
  return { id, number, displayName };
}

function idList(ids: readonly string[]): string {
  return `{${ids.join(',')}}`;
}
