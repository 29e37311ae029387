/** What commands about people stand on, whether the server runs or not. */
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { withDatabase } from '../db/command-database.ts';
import type { Database } from '../db/database.ts';
import { KeyRing } from '../security/key-ring.ts';
import { keySource } from '../security/key-source.ts';
import { openKeyStore } from '../security/key-store.ts';
import { loadPack } from '../vision/pack.ts';
import { ConsentService } from './consent-service.ts';
import { ConsentTexts } from './consent-texts.ts';
import { PassService } from './pass-service.ts';
import { PeopleService } from './people-service.ts';
import { PersonKeys } from './person-keys.ts';
import { PersonalData } from './personal-data.ts';
import { Retention } from './retention.ts';
import { TemplateStore } from './template-store.ts';

export interface CommandPeople {
  database: Database;
  people: PeopleService;
  personalData: PersonalData;
  retention: Retention;
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
    const personKeys = await PersonKeys.create({ database, keys, store, log });
    const { contract } = await loadPack(config.models.pack);
    const consentTexts = await ConsentTexts.open({ database, dataDir: config.dataDir });
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
    const personalData = new PersonalData({ database, consents, passes, personKeys, log });
    const retention = new Retention({ database, templates, keep: config.keepDays, log });
    return await work({ database, people, personalData, retention });
  });
}
