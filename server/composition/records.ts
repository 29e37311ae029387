/** Everything that is kept: the database, the keys that open it, people and what they did. */
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { AttendanceService } from '../attendance/attendance-service.ts';
import { SnapshotStore } from '../attendance/snapshot-store.ts';
import { AnchorKeeper } from '../audit/anchor.ts';
import { Database } from '../db/database.ts';
import { EmbeddedDatabase } from '../db/embedded.ts';
import { ConsentService } from '../rights/consent-service.ts';
import { ConsentTextStore } from '../consent/consent-text-store.ts';
import { formerPack } from '../biometrics/former-pack.ts';
import { PersonKeyStore } from '../biometrics/person-key-store.ts';
import { PassService } from '../passes/pass-service.ts';
import { PeopleFeed } from '../people/people-feed.ts';
import { PeopleService } from '../people/people-service.ts';
import { PersonalDataService } from '../rights/personal-data-service.ts';
import { peopleOfOtherContracts } from '../biometrics/reenrollment.ts';
import { RetentionService } from '../rights/retention-service.ts';
import { TemplateStore } from '../biometrics/template-store.ts';
import type { ModelContract } from '../protocol/analyzer.ts';
import type { RemovalView } from '../protocol/people.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { keySource } from '../keys/key-source.ts';
import { openKeyStore } from '../keys/key-store.ts';

export interface RecordsOptions {
  config: Config;
  /** Of the model pack in use. */
  contract: ModelContract;
  /** Resolves with who has confirmed that this face is known no more. */
  confirmRemoval: (personId: string) => Promise<RemovalView>;
  /** The embedded database ended by itself. */
  onDown: (error: Error) => void;
  log: Logger;
}

export type Records = Awaited<ReturnType<typeof openRecords>>;

/** `opened` closes all of it, what was opened last first. */
export async function openRecords(options: RecordsOptions, opened: AsyncDisposableStack) {
  const { config, contract, confirmRemoval, onDown, log } = options;
  let { url } = config.database;
  if (url === undefined) {
    const embedded = await EmbeddedDatabase.start({
      dataDir: config.dataDir,
      port: config.database.port,
      log,
      onDown,
    });
    opened.defer(() => embedded.close());
    ({ url } = embedded);
  }
  const database = await Database.open({ url, log });
  opened.defer(() => database.close());
  const anchor = await AnchorKeeper.start({ database, dataDir: config.dataDir, log });
  opened.defer(() => anchor.close());

  const elsewhere = await peopleOfOtherContracts(database, contract);
  const former = await formerPack({
    wish: config.models.former,
    people: elsewhere,
    cacheDir: config.models.cacheDir,
    log,
  });
  const contracts = { contract, former: former?.contract ?? null };

  const keys = await KeyRing.open({ database, source: keySource(config), log });
  opened.defer(() => keys.close());
  await keys.announce();
  const keyStore = await openKeyStore(config, log);
  opened.defer(() => keyStore.close());
  const personKeys = await PersonKeyStore.create({ database, keys, store: keyStore, log });
  const consentTexts = await ConsentTextStore.open({ database, dataDir: config.dataDir });
  const templates = new TemplateStore({ database, personKeys, consentTexts, log, ...contracts });
  opened.defer(() => templates.close());
  const consents = new ConsentService({ database, templates, texts: consentTexts, confirmRemoval, log });
  const feed = await PeopleFeed.open({ database, onChange: (personId) => people.refresh(personId), log });
  opened.defer(() => feed.close());
  const people = await PeopleService.create({
    database,
    templates,
    consentTexts,
    confirmRemoval,
    log,
    ...contracts,
  });
  const reenroll = {
    people: await people.reenroll(),
    recognized: former ? (elsewhere.get(former.contract) ?? 0) : 0,
  };
  if (reenroll.people > 0) {
    log.warn(
      { event: 'people.reenroll', ...reenroll, contract, former: former?.id ?? null },
      former
        ? 'people | to be enrolled again; until then each face is embedded twice'
        : 'people | to be enrolled again; until then not recognized, or less surely',
    );
  }
  const passes = new PassService({ database, keys, log });
  const personalData = new PersonalDataService({ database, consents, passes, personKeys, log });
  const retention = new RetentionService({ database, templates, keep: config.keepDays, log });
  retention.start();
  opened.defer(() => retention.close());
  const attendance = new AttendanceService({ database, log, defaults: config.attendance });
  const evidence = new SnapshotStore({ database, personKeys, keepDays: config.keepDays.evidence, log });
  return {
    database,
    keys,
    former,
    reenroll,
    templates,
    people,
    consents,
    feed,
    passes,
    personalData,
    retention,
    attendance,
    evidence,
  };
}
