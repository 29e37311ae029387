import type { Logger } from 'pino';
import type { ConfigLayers } from '../../config/config.ts';
import { type Core, openCore } from '../composition/core.ts';
import { withDatabase } from '../db/command-database.ts';
import { loadPack } from '../vision/pack.ts';

/** Runs `work` on the services over the database, whether or not a server runs. Throws OperatorError where they cannot be opened. */
export async function withCore<T>(
  layers: ConfigLayers,
  log: Logger,
  work: (core: Core) => Promise<T>,
): Promise<T> {
  const { config } = layers;
  return await withDatabase(config, log, async (database) => {
    await using opened = new AsyncDisposableStack();
    const { contract } = await loadPack(config.models.pack);
    return await work(await openCore(layers, { database, contract, log }, opened));
  });
}
