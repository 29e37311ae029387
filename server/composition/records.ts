/** Everything that a server keeps: the database, started where it is the embedded one, and the services over it. */
import type { Logger } from 'pino';
import type { ConfigLayers } from '../../config/config.ts';
import { AnchorKeeper } from '../audit/anchor.ts';
import { AuditFeed } from '../audit/audit-feed.ts';
import { formerPack } from '../biometrics/former-pack.ts';
import { peopleOfOtherContracts } from '../biometrics/reenrollment.ts';
import { Database } from '../db/database.ts';
import { EmbeddedDatabase } from '../db/embedded.ts';
import type { ModelContract } from '../protocol/analyzer.ts';
import { openCore } from './core.ts';

export interface RecordsOptions {
  layers: ConfigLayers;
  /** Of the model pack in use. */
  contract: ModelContract;
  /** Called when the embedded database ended unexpectedly, or no connection to the database can be used any more. */
  onDown: (error: Error) => void;
  log: Logger;
}

/** `opened` closes all of it in reverse order. */
export async function openRecords(options: RecordsOptions, opened: AsyncDisposableStack) {
  const { layers, contract, log } = options;
  const { config } = layers;
  const database = await Database.open({
    url: await databaseUrl(options, opened),
    log,
    onLost: options.onDown,
  });
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
  // Before the people are loaded: a change between the two would otherwise be missed.
  const feed = await AuditFeed.open({ database, log });
  opened.defer(() => feed.close());
  const core = await openCore(layers, { database, contract, former: former?.contract ?? null, log }, opened);
  await core.keys.announce();
  await core.clockSteps.start();
  core.outbox.start();
  core.webhookSender.start();
  core.retention.start();
  opened.defer(() => core.retention.close());

  const reenroll = {
    people: await core.people.reenroll(),
    recognized: former ? (elsewhere.get(former.contract) ?? 0) : 0,
  };
  if (reenroll.people > 0) {
    log.warn(
      { event: 'people.reenroll', ...reenroll, contract, former: former?.id ?? null },
      former
        ? 'people must be enrolled again; until then each face is embedded by two models'
        : 'people must be enrolled again; until then they are not recognized, or less reliably',
    );
  }
  return { core, feed, former, reenroll };
}

async function databaseUrl(
  { layers: { config }, onDown, log }: RecordsOptions,
  opened: AsyncDisposableStack,
) {
  if (config.database.url !== undefined) return config.database.url;
  const { dataDir } = config;
  const embedded = await EmbeddedDatabase.start({ dataDir, port: config.database.port, log, onDown });
  opened.defer(() => embedded.close());
  return embedded.url;
}
