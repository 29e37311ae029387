/** Everything behind the REST API, on a database of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino, type Logger } from 'pino';
import { AttendanceService } from '../../server/attendance/attendance-service.ts';
import { SnapshotStore } from '../../server/attendance/snapshot-store.ts';
import { Database } from '../../server/db/database.ts';
import type { NewTemplate } from '../../server/enrollment/template.ts';
import { ConsentService } from '../../server/rights/consent-service.ts';
import { ConsentTextStore } from '../../server/consent/consent-text-store.ts';
import { PassService } from '../../server/passes/pass-service.ts';
import { PersonKeyStore } from '../../server/biometrics/person-key-store.ts';
import { PeopleService } from '../../server/people/people-service.ts';
import { PersonalDataService } from '../../server/rights/personal-data-service.ts';
import { RetentionService } from '../../server/rights/retention-service.ts';
import { newPerson, type PersonInput, type PersonView } from '#protocol/people.ts';
import type { DeviceActor } from '#protocol/session.ts';
import { TemplateStore } from '../../server/biometrics/template-store.ts';
import { SignInService } from '../../server/accounts/sign-in-service.ts';
import { DeviceService } from '../../server/devices/device-service.ts';
import { KeyRing } from '../../server/keys/key-ring.ts';
import { fileSource } from '../../server/keys/key-source.ts';
import type { KeyStore } from '../../server/keys/store/shares.ts';
import { FolderKeyStore } from '../../server/keys/store/folder-key-store.ts';
import { createTestDatabase } from './database.ts';

export const CONTRACT = 'test@1/8';
export const ATTENDANCE = { timeZone: 'Europe/Paris', dayTurnsAt: 4, minGap: 60_000, minFace: 0.08 };
/** Where nobody has put anything. */
const NO_DATA = '/nonexistent';
export const PASSWORD = 'correct horse battery';

export interface DataServicesOptions {
  log?: Logger;
  /** Epoch ms. */
  now?: () => number;
  sessionIdle?: number;
  /** A database to use in place of one that is made and dropped. */
  url?: string;
  /** The file of the master key, as an earlier version left it. */
  masterKey?: string;
  /** In place of a folder. */
  keyStore?: KeyStore;
}

/** No analyzer runs: there is nobody to ask. */
const confirmRemoval = async () => ({ analyzers: 0, threads: 0, everywhere: true });

export type DataServices = Awaited<ReturnType<typeof openDataServices>>;

export async function openDataServices(options: DataServicesOptions = {}) {
  const { log = pino({ level: 'silent' }), now = Date.now, sessionIdle = 12 * 3_600_000 } = options;
  const own =
    options.url === undefined ? await createTestDatabase() : { url: options.url, drop: async () => {} };
  const database = await Database.open({ url: own.url, log });
  const keysFolder = await mkdtemp(path.join(os.tmpdir(), 'muster-keys-'));
  const keyFile = path.join(keysFolder, 'master.key');
  if (options.masterKey !== undefined) await writeFile(keyFile, options.masterKey, { mode: 0o600 });
  const source = fileSource(keyFile, true);
  const keys = await KeyRing.open({ database, source, log });
  const keyStore = options.keyStore ?? (await FolderKeyStore.open(path.join(keysFolder, 'keys')));
  const personKeys = await PersonKeyStore.create({ database, keys, store: keyStore, log });
  const consentTexts = await ConsentTextStore.open({ database, dataDir: NO_DATA });
  const templates = new TemplateStore({
    database,
    personKeys,
    consentTexts,
    log,
    contract: CONTRACT,
    retryAfter: 5,
  });
  const consents = new ConsentService({ database, templates, texts: consentTexts, confirmRemoval, log });
  const removal = { consentTexts, confirmRemoval };
  const people = await PeopleService.create({ database, templates, log, contract: CONTRACT, ...removal });
  const passes = new PassService({ database, keys, log, now });
  const personalData = new PersonalDataService({ database, consents, passes, personKeys, log });
  const keep = { templates: 30, evidence: 30, punches: null, audit: null };
  const retention = new RetentionService({ database, templates, keep, log, now });
  const accounts = await SignInService.create({ database, keys, log, sessionIdle, now });
  const devices = await DeviceService.create({ database, keys, log, defaults: ATTENDANCE, now });
  const attendance = new AttendanceService({ database, log, defaults: ATTENDANCE, now });
  const evidence = new SnapshotStore({ database, personKeys, keepDays: 30, log, now });
  const setupToken = accounts.takeSetupToken() ?? '';

  let account: Promise<string> | undefined;
  let numbers = 0;
  const services = {
    url: own.url,
    log,
    database,
    keysFolder,
    keys,
    keyStore,
    personKeys,
    templates,
    consentTexts,
    confirmRemoval,
    consents,
    passes,
    personalData,
    retention,
    people,
    accounts,
    devices,
    attendance,
    evidence,
    setupToken,
    /** The first account's id; makes it where a test has no other use for it. */
    async accountId(): Promise<string> {
      account ??= accounts
        .setUp({ token: setupToken, username: 'ada', name: 'Ada', password: PASSWORD })
        .then(({ actor }) => actor.accountId);
      return account;
    },
    addPerson(input: Partial<PersonInput> = {}): Promise<PersonView> {
      numbers += 1;
      const number = `E-${numbers}`;
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
    async close(): Promise<void> {
      await accounts.close();
      await templates.close();
      await keys.close();
      await keyStore.close();
      await database.close();
      await rm(keysFolder, { recursive: true, force: true });
      await own.drop();
    },
  };
  return services;
}

/** Eight numbers that a search for in a dump would find. */
export function newTemplate(bin: NewTemplate['bin'], seed: number): NewTemplate {
  const embedding = Float32Array.from({ length: 8 }, (_, i) => Math.sin(seed * 31 + i * 7));
  const norm = Math.hypot(...embedding);
  return { bin, embedding: embedding.map((x) => x / norm), quality: 0.5 + 0.05 * (seed % 10) };
}
