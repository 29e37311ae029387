/** Everything that is stored about one person, for that person (GDPR, articles 15 and 20): JSON, and tables as CSV. */
import type { Logger } from 'pino';
import { picturesOf } from '../attendance/snapshot-store.ts';
import { audit } from '../audit/audit.ts';
import { personEmbeddings } from '../biometrics/person-embeddings.ts';
import type { PersonKeyStore } from '../biometrics/person-key-store.ts';
import type { WaitingCaptures } from '../biometrics/waiting-captures.ts';
import type { Database } from '../db/database.ts';
import { toCsv } from '../export/csv.ts';
import { MusterError } from '../protocol/error.ts';
import { exportedRecord, exportedTables } from './exported-tables.ts';

export interface PersonalDataOptions {
  database: Database;
  personKeys: Pick<PersonKeyStore, 'open'>;
  waiting: Pick<WaitingCaptures, 'open'>;
  log: Logger;
}

/** Name of a file to its text, or to a picture. */
export type PersonFiles = Readonly<Record<string, string | Uint8Array>>;

export class PersonalDataService {
  readonly #options: PersonalDataOptions;
  readonly #log: Logger;

  constructor(options: PersonalDataOptions) {
    this.#options = options;
    this.#log = options.log.child({ part: 'personal-data' });
  }

  /**
   * `person.json` with everything, each of its lists as `<list>.csv`, and each kept picture as `picture-<punch>.bmp`.
   * `embeddings`: also the numbers that describe the face. Never a PIN, the code of a badge or a key. Throws MusterError
   * `not-found`.
   */
  async export(personId: string, { embeddings }: { embeddings: boolean }): Promise<PersonFiles> {
    const { database, personKeys, waiting } = this.#options;
    const { record, tables } = await database.transaction(async (em) => {
      const record = await exportedRecord(em, personId);
      if (!record) throw new MusterError('not-found', 'There is no such person.');
      const tables = await exportedTables(em, personId);
      await audit(em, {
        act: 'person.exported',
        object: { kind: 'person', id: personId },
        after: { embeddings },
      });
      return { record, tables };
    });
    const whole = {
      exportedAt: new Date().toISOString(),
      person: record,
      ...tables,
      ...(embeddings && { embeddings: await personEmbeddings({ database, personKeys, waiting }, personId) }),
    };
    const pictures = await picturesOf({ database, personKeys }, personId);
    this.#log.info({ event: 'person.exported', personId, embeddings }, 'person exported');
    return {
      'person.json': `${JSON.stringify(whole, null, 2)}\n`,
      ...Object.fromEntries(Object.entries(tables).map(([name, rows]) => [`${name}.csv`, toCsv(rows)])),
      ...Object.fromEntries([...pictures].map(([punchId, picture]) => [`picture-${punchId}.bmp`, picture])),
    };
  }
}
