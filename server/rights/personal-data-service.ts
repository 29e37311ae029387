/** All that is stored about one person, for that person (GDPR, articles 15 and 20): JSON, and tables as CSV. */
import type { Logger } from 'pino';
import { picturesOf } from '../attendance/snapshot-store.ts';
import { audit } from '../audit/audit.ts';
import type { Database, Em } from '../db/database.ts';
import { AuditEvent } from '../db/entities/audit-event.ts';
import { Device } from '../db/entities/device.ts';
import { Snapshot } from '../db/entities/snapshot.ts';
import { Person } from '../db/entities/person.ts';
import { Punch } from '../db/entities/punch.ts';
import { Enrollment, Template } from '../db/entities/template.ts';
import { MusterError } from '../protocol/error.ts';
import type { ConsentService } from './consent-service.ts';
import { type Cell, toCsv } from '../export/csv.ts';
import type { PassService } from '../passes/pass-service.ts';
import { personEmbeddings } from '../biometrics/person-embeddings.ts';
import type { PersonKeyStore } from '../biometrics/person-key-store.ts';

export interface PersonalDataOptions {
  database: Database;
  consents: Pick<ConsentService, 'history'>;
  passes: Pick<PassService, 'view'>;
  personKeys: Pick<PersonKeyStore, 'open'>;
  log: Logger;
}

/** Name of a file to its text, or to a picture. */
export type PersonFiles = Readonly<Record<string, string | Uint8Array>>;

type Table = Readonly<Record<string, Cell>>[];

export class PersonalDataService {
  readonly #options: PersonalDataOptions;
  readonly #log: Logger;

  constructor(options: PersonalDataOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'personal-data' });
  }

  /**
   * `person.json` with everything, each of its lists as `<list>.csv`, and each picture that is kept as
   * `picture-<punch>.bmp`. `embeddings`: the numbers that describe
   * the face as well. Never a password, a PIN, a badge's code or a key. Throws MusterError `not-found`.
   */
  async export(personId: string, { embeddings }: { embeddings: boolean }): Promise<PersonFiles> {
    const { database, consents, passes, personKeys } = this.#options;
    const { record, tables } = await database.transaction(async (em) => {
      const person = await em.findOne(Person, { id: personId, erasedAt: null });
      if (!person) throw new MusterError('not-found', 'There is no such person.');
      const tables: Record<string, Table> = {
        consents: await consentsOf(consents, personId),
        enrollments: await enrollmentsOf(em, personId),
        templates: await templatesOf(em, personId),
        punches: await punchesOf(em, personId),
        pictures: await pictureListOf(em, personId),
        audit: await auditOf(em, personId),
      };
      await audit(em, {
        act: 'person.exported',
        object: { kind: 'person', id: personId },
        after: { embeddings },
      });
      return { record: recordOf(person), tables };
    });
    const whole = {
      exportedAt: new Date().toISOString(),
      person: record,
      passes: await passes.view(personId),
      ...tables,
      ...(embeddings && { embeddings: await personEmbeddings({ database, personKeys }, personId) }),
    };
    const pictures = await picturesOf({ database, personKeys }, personId);
    this.#log.info({ personId, embeddings }, 'person exported');
    return {
      'person.json': `${JSON.stringify(whole, null, 2)}\n`,
      ...Object.fromEntries(Object.entries(tables).map(([name, rows]) => [`${name}.csv`, toCsv(rows)])),
      ...Object.fromEntries([...pictures].map(([punchId, picture]) => [`picture-${punchId}.bmp`, picture])),
    };
  }
}

function recordOf(person: Person) {
  const { leftAt, createdAt, ...fields } = person;
  return { ...fields, createdAt: createdAt.toISOString(), leftAt: leftAt?.toISOString() ?? null };
}

async function consentsOf(consents: PersonalDataOptions['consents'], personId: string): Promise<Table> {
  const given = await consents.history(personId);
  return given.map(({ version, language, method, givenAt, recordedBy, withdrawnAt, withdrawnBy }) => ({
    version,
    language,
    method,
    givenAt,
    recordedBy,
    withdrawnAt,
    withdrawnBy,
  }));
}

async function enrollmentsOf(em: Em, personId: string): Promise<Table> {
  const rows = await em.find(Enrollment, { personId }, { orderBy: { enrolledAt: 'asc' } });
  return rows.map(({ id, contract, enrolledAt, enrolledBy, overrideReason }) => ({
    id,
    contract,
    enrolledAt: enrolledAt.toISOString(),
    enrolledBy,
    overrideReason,
  }));
}

async function templatesOf(em: Em, personId: string): Promise<Table> {
  const rows = await em.find(Template, { personId }, { orderBy: { bin: 'asc' } });
  return rows.map(({ id, contract, bin, quality, createdAt }) => ({
    id,
    contract,
    bin,
    quality,
    createdAt: createdAt.toISOString(),
  }));
}

/** Corrections among them: those have an author and a reason. */
async function punchesOf(em: Em, personId: string): Promise<Table> {
  const rows = await em.find(Punch, { personId }, { orderBy: { at: 'asc' } });
  const devices = await em.find(Device, { id: { $in: rows.flatMap(({ deviceId }) => deviceId ?? []) } });
  const names = new Map(devices.map(({ id, name }) => [id, name]));
  return rows.map((punch) => ({
    id: punch.id,
    kind: punch.kind,
    at: punch.at.toISOString(),
    workDate: punch.workDate,
    timeZone: punch.timeZone,
    source: punch.source,
    device: (punch.deviceId && names.get(punch.deviceId)) ?? null,
    similarity: punch.similarity ?? null,
    authorId: punch.authorId ?? null,
    reason: punch.reason ?? null,
  }));
}

async function pictureListOf(em: Em, personId: string): Promise<Table> {
  const rows = await em.find(Snapshot, { personId }, { orderBy: { takenAt: 'asc' } });
  return rows.map(({ punchId, takenAt, expiresAt }) => ({
    punchId,
    takenAt: takenAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }));
}

/** What was done to their record, and who looked at their pictures. */
async function auditOf(em: Em, personId: string): Promise<Table> {
  const punches = await em.find(Punch, { personId }, { fields: ['id'] });
  const objects = [
    { objectKind: 'person', objectId: personId },
    { objectKind: 'punch', objectId: { $in: punches.map(({ id }) => id) } },
  ];
  const rows = await em.find(AuditEvent, { $or: objects }, { orderBy: { seq: 'asc' } });
  return rows.map(({ seq, at, actorKind, actorName, act, detail }) => ({
    seq,
    at: at.toISOString(),
    actorKind,
    actorName,
    act,
    detail,
  }));
}
