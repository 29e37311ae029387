/** Everything behind the REST API, on a database of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino, type Logger } from 'pino';
import { ConfigLayers } from '../../config/config.ts';
import { openAccess } from '../../server/composition/access.ts';
import { openCore } from '../../server/composition/core.ts';
import { Database } from '../../server/db/database.ts';
import { departmentsNamed } from '../../server/departments/department-names.ts';
import type { NewTemplate } from '../../server/enrollment/template.ts';
import type { KeyStore } from '../../server/keys/store/shares.ts';
import { newPerson, type PersonInput, type PersonView } from '#protocol/people.ts';
import type { DeviceActor } from '#protocol/session.ts';
import { createTestDatabase } from './database.ts';

export const CONTRACT = 'test@1/8';
export const ATTENDANCE = { timeZone: 'Europe/Paris', dayTurnsAt: 4, minGap: 60_000, minFace: 0.08 };
export const PASSWORD = 'correct horse battery';

export interface DataServicesOptions {
  log?: Logger;
  /** Epoch ms. */
  now?: () => number;
  sessionIdle?: number;
  /** URL of a database to use. Without it, a database is created, and dropped at the end. */
  url?: string;
  /** Contents of the master key file, as an earlier version wrote it. */
  masterKey?: string;
  /** `MUSTER_SELF_ENROLLMENT`. */
  selfEnrollment?: 'confirm' | 'automatic';
  /** More variables. */
  env?: Record<string, string>;
  /** A key store to use instead of a folder. It is closed with the services. */
  keyStore?: KeyStore;
}

export type DataServices = Awaited<ReturnType<typeof openDataServices>>;

export async function openDataServices(options: DataServicesOptions = {}) {
  const { log = pino({ level: 'silent' }), now, keyStore } = options;
  await using opened = new AsyncDisposableStack();
  const own =
    options.url === undefined
      ? await createTestDatabase({ migrated: true })
      : { url: options.url, drop: async () => {} };
  opened.defer(() => own.drop());
  const keysFolder = await mkdtemp(path.join(os.tmpdir(), 'muster-keys-'));
  opened.defer(() => rm(keysFolder, { recursive: true, force: true }));
  if (options.masterKey !== undefined) {
    await writeFile(path.join(keysFolder, 'master.key'), options.masterKey, { mode: 0o600 });
  }
  const layers = new ConfigLayers({
    DATABASE_URL: own.url,
    MUSTER_DATA_DIR: keysFolder,
    MUSTER_KEY_STORE: path.join(keysFolder, 'keys'),
    MUSTER_TIME_ZONE: ATTENDANCE.timeZone,
    MUSTER_DAY_TURNS_AT: String(ATTENDANCE.dayTurnsAt),
    MUSTER_MIN_GAP_SECONDS: String(ATTENDANCE.minGap / 1_000),
    MUSTER_MIN_FACE: String(ATTENDANCE.minFace),
    ...(options.selfEnrollment && { MUSTER_SELF_ENROLLMENT: options.selfEnrollment }),
    ...options.env,
  });
  const { config } = layers;
  const database = await Database.open({ url: own.url, log });
  opened.defer(() => database.close());
  const core = await openCore(
    layers,
    { database, contract: CONTRACT, log, now, keyStore, retryAfter: 5 },
    opened,
  );
  // No analyzer runs, so every removal of a face is complete at once.
  core.removals.confirmedBy({
    confirmRemoval: async () => ({ analyzers: 0, threads: 0, expired: 0, everywhere: true }),
  });
  // Nor does one compare faces: nobody looks like somebody else.
  core.invitations.comparedBy({ compare: (_personId, _templates, use) => use([]) });
  const { sessionIdle: idle = config.session.idle } = options;
  const access = await openAccess(
    { ...config, session: { ...config.session, idle } },
    { ...core, log, now },
    opened,
  );
  const { accounts, devices } = access;
  const { people, consents, consentTexts, templates } = core;
  const setupToken = accounts.takeSetupToken() ?? '';
  const owned = opened.move();

  let account: Promise<string> | undefined;
  let numbers = 0;
  const services = {
    ...core,
    ...access,
    url: own.url,
    log,
    keysFolder,
    setupToken,
    /** The id of the first account, which is created on the first call. */
    async accountId(): Promise<string> {
      account ??= accounts
        .setUp({ token: setupToken, username: 'ada', name: 'Ada', password: PASSWORD })
        .then(({ actor }) => actor.accountId);
      return account;
    },
    /** Adds it to the list unless it is there. */
    async addDepartment(name: string): Promise<void> {
      const known = await departmentsNamed(database.fork(), [name]);
      if (name !== '' && known.size === 0) await core.departments.create({ name });
    },
    /** Their department is added to the list unless it is there. */
    async addPerson(input: Partial<PersonInput> = {}): Promise<PersonView> {
      numbers += 1;
      const number = `E-${numbers}`;
      await services.addDepartment(input.department ?? '');
      return people.create(newPerson.parse({ number, givenName: 'Grace', familyName: 'Hopper', ...input }));
    },
    async addConsentedPerson(input: Partial<PersonInput> = {}): Promise<PersonView> {
      const { id } = await services.addPerson(input);
      await services.giveConsent(id);
      return (await people.get(id))!;
    },
    async giveConsent(personId: string): Promise<void> {
      const { version } = consentTexts.current;
      const shown = { version, language: 'en', method: 'in-person' as const };
      await consents.give(personId, shown, { accountId: await services.accountId() });
    },
    async enroll(personId: string, set: readonly NewTemplate[]): Promise<void> {
      await templates.replace(personId, {
        contract: CONTRACT,
        templates: set,
        by: { accountId: await services.accountId() },
      });
    },
    async addDevice(name = 'Front door'): Promise<DeviceActor> {
      const by = { accountId: await services.accountId() };
      const { code } = await devices.createPairing({ kind: 'station', name, settings: {} }, by);
      return (await devices.pair(code)).actor;
    },
    close(): Promise<void> {
      return owned.disposeAsync();
    },
  };
  return services;
}

/** A template whose eight numbers are distinctive enough to be searched for in a dump. */
export function newTemplate(bin: NewTemplate['bin'], seed: number): NewTemplate {
  const embedding = Float32Array.from({ length: 8 }, (_, i) => Math.sin(seed * 31 + i * 7));
  const norm = Math.hypot(...embedding);
  return { bin, embedding: embedding.map((x) => x / norm), quality: 0.5 + 0.05 * (seed % 10) };
}
