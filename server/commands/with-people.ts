/** What commands about people stand on, whether the server runs or not. */
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { withDatabase } from '../db/command-database.ts';
import type { Database } from '../db/database.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { keySource } from '../keys/key-source.ts';
import { openKeyStore } from '../keys/key-store.ts';
import { loadPack } from '../vision/pack.ts';
import { ConsentService } from '../rights/consent-service.ts';
import { ConsentTextStore } from '../consent/consent-text-store.ts';
import { PassService } from '../passes/pass-service.ts';
import { PeopleService } from '../people/people-service.ts';
import { PersonKeyStore } from '../biometrics/person-key-store.ts';
import { PersonalDataService } from '../rights/personal-data-service.ts';
import { RetentionService } from '../rights/retention-service.ts';
import { TemplateStore } from '../biometrics/template-store.ts';

export interface CommandPeople {
  database: Database;
  people: PeopleService;
  personalData: PersonalDataService;
  retention: RetentionService;
}

/** A command has no analyzers: servers that run hear of it by their PeopleFeed. */
const confirmRemoval = async () => ({ analyzers: 0, threads: 0, everywhere: false });

/** Runs `work` beside a server or without one. Throws one Error of one sentence where it cannot be had. */
export async function withPeople<T>(
  config: Config,
  log: Logger,
  work: (services: CommandPeople) => Promise<T>,
): Promise<T> {
  return await withDatabase(config, log, async (database) => {
    await using opened = new AsyncDisposableStack();
    const keys = await KeyRing.open({ database, source: keySource(config), log });
    opened.defer(() => keys.close());
    const store = await openKeyStore(config, log);
    opened.defer(() => store.close());
    const personKeys = await PersonKeyStore.create({ database, keys, store, log });
    const { contract } = await loadPack(config.models.pack);
    const consentTexts = await ConsentTextStore.open({ database, dataDir: config.dataDir });
    const templates = new TemplateStore({ database, personKeys, consentTexts, log, contract });
    opened.defer(() => templates.close());
    const consents = new ConsentService({ database, templates, texts: consentTexts, confirmRemoval, log });
    const people = await PeopleService.create({
      database,
      templates,
      consentTexts,
      confirmRemoval,
      log,
      contract,
    });
    const passes = new PassService({ database, keys, log });
    const personalData = new PersonalDataService({ database, consents, passes, personKeys, log });
    const retention = new RetentionService({ database, templates, keep: config.keepDays, log });
    return await work({ database, people, personalData, retention });
  });
}
