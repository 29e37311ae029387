/** The previous model pack. It keeps recognizing the people enrolled with it until they are enrolled with the pack in use. */
import type { Logger } from 'pino';
import type { ModelContract } from '../protocol/analyzer.ts';
import { loadPack, type ModelPack, verifyPack } from '../vision/pack.ts';

export interface FormerPackOptions {
  /** `auto` (the pack that most people are enrolled with), `none`, or the id of a pack. */
  wish: string;
  /** How many people only have templates of another contract, by that contract (`peopleOfOtherContracts`). */
  people: ReadonlyMap<ModelContract, number>;
  cacheDir: string;
  log: Logger;
}

/**
 * Null if nobody needs a previous pack, or if none of the needed packs can run, which is logged but is not an error.
 * Contracts name their pack, so nobody has to configure which one was in use before.
 */
export async function formerPack({
  wish,
  people,
  cacheDir,
  log,
}: FormerPackOptions): Promise<ModelPack | null> {
  if (wish === 'none') return null;
  const byPeople = [...people].sort(([, a], [, b]) => b - a).map(([contract]) => packOf(contract));
  for (const id of wish === 'auto' ? byPeople : [wish]) {
    try {
      const pack = await loadPack(id);
      if (people.has(pack.contract)) {
        await verifyPack(pack, cacheDir);
        return pack;
      }
      const known = [...people.keys()];
      log.info(
        { event: 'former-pack.unneeded', packId: id, contract: pack.contract, known },
        'nobody needs this previous model pack',
      );
    } catch (error) {
      log.warn(
        { event: 'former-pack.failed', packId: id, err: error },
        'the previous model pack cannot run: the people enrolled with it are not recognized',
      );
    }
  }
  return null;
}

/** "pack@version/length" → "pack". */
function packOf(contract: ModelContract): string {
  return contract.replace(/@.*$/, '');
}
