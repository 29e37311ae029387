/**
 * The stored data that belongs to a person, as tables for that person. The columns are those of the entities, so that
 * a new column is exported without anybody having to think of it.
 */
import type { EntitySchema } from '@mikro-orm/core';
import type { Em } from '../db/database.ts';
import { AbsenceRequest } from '../db/entities/absence-request.ts';
import { AbsenceRow, BalanceEntryRow, VacationAllowanceRow } from '../db/entities/absence.ts';
import { Account, AccountIdentity, Session } from '../db/entities/account.ts';
import { AuditEvent } from '../db/entities/audit-event.ts';
import { ClosedAdjustment, ClosedDay, ClosedPerson } from '../db/entities/closing.ts';
import { Consent } from '../db/entities/consent.ts';
import { Correction, PunchVoid } from '../db/entities/correction.ts';
import {
  EnrollmentInvitation,
  WaitingCapture,
  WaitingTemplate,
} from '../db/entities/enrollment-invitation.ts';
import { Decision } from '../db/entities/decision.ts';
import { Device } from '../db/entities/device.ts';
import { LookAlike } from '../db/entities/look-alike.ts';
import { Badge, Pin } from '../db/entities/pass.ts';
import { Person } from '../db/entities/person.ts';
import { PunchStatement } from '../db/entities/punch-statement.ts';
import { Punch } from '../db/entities/punch.ts';
import { RefusedPunch } from '../db/entities/refused-punch.ts';
import { RollCallPerson, RollCallTick } from '../db/entities/roll-call.ts';
import { RotaRow, ScheduleAssignment, ScheduleException } from '../db/entities/schedule.ts';
import { Site } from '../db/entities/site.ts';
import { Snapshot } from '../db/entities/snapshot.ts';
import { Enrollment, PersonKey, Template } from '../db/entities/template.ts';
import type { Cell } from '../export/csv.ts';

export type Table = Readonly<Record<string, Cell>>[];

interface ExportedEntity {
  entity: EntitySchema;
  /** Properties in the order by which the rows are sorted. */
  order: readonly string[];
  /** Properties that are left out: secrets, and data of other people. */
  without: readonly string[];
}

/** Every entity that refers to a person, by the name of its table in the export. */
export const EXPORTED = {
  accounts: { entity: Account, order: ['createdAt'], without: ['passwordHash'] },
  consents: { entity: Consent, order: ['givenAt'], without: [] },
  enrollments: { entity: Enrollment, order: ['enrolledAt'], without: [] },
  invitations: {
    entity: EnrollmentInvitation,
    order: ['createdAt'],
    without: ['tokenHash', 'sessionHash', 'sessionUntil'],
  },
  // Whom the face seemed to be is data of that person.
  waitingCaptures: {
    entity: WaitingCapture,
    order: ['capturedAt'],
    without: ['keyId', 'masterKeyId', 'wrapped', 'duplicateOf', 'duplicateSimilarity'],
  },
  waitingTemplates: { entity: WaitingTemplate, order: ['bin', 'id'], without: ['sealed'] },
  templates: { entity: Template, order: ['bin', 'id'], without: ['keyId', 'sealed'] },
  // That somebody looks like the person, and how much. Who it is belongs to the other one.
  lookAlikes: { entity: LookAlike, order: ['recordedAt'], without: ['otherId'] },
  pins: { entity: Pin, order: ['setAt'], without: ['masterKeyId', 'sealed'] },
  badges: { entity: Badge, order: ['issuedAt'], without: ['codeHash'] },
  punches: { entity: Punch, order: ['at'], without: [] },
  // One that may have been another person is not the person's.
  refusedPunches: { entity: RefusedPunch, order: ['at'], without: ['correctionId', 'eitherId', 'orId'] },
  // What the cameras decided about the person. One that may have been another person is not the person's.
  decisions: { entity: Decision, order: ['at'], without: ['origin', 'eitherId', 'orId'] },
  statements: { entity: PunchStatement, order: ['at'], without: [] },
  voids: { entity: PunchVoid, order: ['at'], without: [] },
  // What was asked for. The punches themselves are in `punches` and `voids`; who got a moved one is another person.
  corrections: { entity: Correction, order: ['createdAt'], without: ['punchIds', 'toPersonId'] },
  // Closed months: the figures say it. Which punches they are made of is in `punches`.
  closedMonths: { entity: ClosedPerson, order: ['month'], without: ['rules', 'seen'] },
  closedDays: { entity: ClosedDay, order: ['date'], without: ['punchIds'] },
  adjustments: { entity: ClosedAdjustment, order: ['month', 'date'], without: ['added', 'removed'] },
  assignments: { entity: ScheduleAssignment, order: ['fromDate'], without: [] },
  // Which shifts were worked instead says nothing about the person.
  exceptions: { entity: ScheduleException, order: ['date'], without: ['shiftIds'] },
  absences: { entity: AbsenceRow, order: ['fromDate'], without: [] },
  absenceRequests: { entity: AbsenceRequest, order: ['createdAt'], without: [] },
  balanceEntries: { entity: BalanceEntryRow, order: ['date'], without: [] },
  vacationAllowances: { entity: VacationAllowanceRow, order: ['year'], without: [] },
  rollCalls: { entity: RollCallPerson, order: ['rollCallId'], without: ['version'] },
  ticks: { entity: RollCallTick, order: ['at'], without: ['client', 'sequence'] },
  pictures: { entity: Snapshot, order: ['takenAt'], without: ['keyId', 'sealed'] },
} as const satisfies Record<string, ExportedEntity>;

/** What refers to the account of a person. */
const OF_ACCOUNT: Record<string, ExportedEntity> = {
  identities: { entity: AccountIdentity, order: ['createdAt'], without: [] },
  sessions: { entity: Session, order: ['createdAt'], without: ['tokenHash', 'id'] },
};

/** Entities that refer to a person but hold nothing except a key. */
export const KEYS_OF_PEOPLE = [PersonKey] as const;

/** Of the audit trail: the chain of hashes says nothing about the person; id and address are those of the account that acted. */
const AUDIT: ExportedEntity = {
  entity: AuditEvent,
  order: ['seq'],
  without: ['actorId', 'address', 'previous', 'hash'],
};

/** The record of a person itself. */
const RECORD: ExportedEntity = {
  entity: Person,
  order: [],
  without: ['displayName', 'sortName', 'searchText'],
};

/** The names of the exported columns, each with the property that it shows. */
export function columnsOf({ entity, without }: ExportedEntity): Map<string, string> {
  const { properties } = entity.meta;
  const columns = new Map<string, string>();
  for (const property of Object.keys(properties)) {
    const target = referenceOf(entity, property);
    // Every table is about one person, whose id is not repeated in each row.
    if (target === Person || without.includes(property)) continue;
    columns.set(isNamed(target) ? property.replace(/Id$/, '') : property, property);
  }
  return columns;
}

/** Accounts, devices, rotas and sites are given by their names, which a reader knows, in place of ids. */
function isNamed(target: unknown): boolean {
  return target === Account || target === Device || target === RotaRow || target === Site;
}

/** The entity that a property refers to; undefined where it refers to none. */
export function referenceOf(entity: EntitySchema, property: string): unknown {
  const { entity: target } =
    (entity.meta.properties as Record<string, { entity?: () => unknown }>)[property] ?? {};
  return target?.();
}

/** All tables of a person, with what was done to the record and to the pictures, and by the person. */
export async function exportedTables(em: Em, personId: string): Promise<Record<string, Table>> {
  const names = await namesOf(em);
  const tables: Record<string, Table> = {};
  // Of records that were merged into this one, what is never changed stays where it was.
  const merged = await em.find(Person, { mergedInto: personId }, { fields: ['id'] });
  const personIds = [personId, ...merged.map(({ id }) => id)];
  for (const [name, exported] of Object.entries<ExportedEntity>(EXPORTED)) {
    tables[name] = await tableOf(em, exported, { personId: { $in: personIds } }, names);
  }
  const accountId = (await em.findOne(Account, { personId }, { fields: ['id'] }))?.id ?? null;
  for (const [name, exported] of Object.entries(OF_ACCOUNT)) {
    tables[name] = accountId === null ? [] : await tableOf(em, exported, { accountId }, names);
  }
  const punches = await em.find(Punch, { personId: { $in: personIds } }, { fields: ['id'] });
  const objects = [
    { objectKind: 'person', objectId: { $in: personIds } },
    { objectKind: 'punch', objectId: { $in: punches.map(({ id }) => id) } },
    ...(accountId === null
      ? []
      : [
          { objectKind: 'account', objectId: accountId },
          { actorKind: 'account', actorId: accountId },
        ]),
  ];
  tables['audit'] = await tableOf(em, AUDIT, { $or: objects }, names);
  return tables;
}

/** The record as one row. Undefined where there is no such person, or the person is erased. */
export async function exportedRecord(em: Em, personId: string) {
  return (await tableOf(em, RECORD, { id: personId, erasedAt: null }, new Map()))[0];
}

async function tableOf(
  em: Em,
  exported: ExportedEntity,
  where: Record<string, unknown>,
  names: ReadonlyMap<string, string>,
): Promise<Table> {
  const { entity, order } = exported;
  const orderBy = order.map((property) => ({ [property]: 'asc' as const }));
  const rows = (await em.find(entity, where, { orderBy })) as Record<string, unknown>[];
  const columns = [...columnsOf(exported)];
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(([column, property]) => {
        const cell = cellOf(row[property], `${entity.meta.className}.${property}`);
        const named = typeof cell === 'string' && isNamed(referenceOf(entity, property));
        return [column, named ? (names.get(cell) ?? '') : cell];
      }),
    ),
  );
}

function cellOf(value: unknown, where: string): Cell {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  // The numbers of a decision, and numbers and names of records that were merged, as they are.
  if (where === 'Decision.summary' || where === 'Person.formerly') return JSON.stringify(value);
  throw new Error(`${where} cannot be exported: leave it out explicitly, or say how it is written`);
}

/** Accounts, devices and sites by their ids. There are few of each. */
async function namesOf(em: Em): Promise<Map<string, string>> {
  const accounts = await em.find(Account, {}, { fields: ['id', 'name'] });
  const devices = await em.find(Device, {}, { fields: ['id', 'name'] });
  const sites = await em.find(Site, {}, { fields: ['id', 'name'] });
  const rotas = await em.find(RotaRow, {}, { fields: ['id', 'name'] });
  return new Map([...accounts, ...devices, ...rotas, ...sites].map(({ id, name }) => [id, name]));
}
