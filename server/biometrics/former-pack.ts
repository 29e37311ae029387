/** The model pack that is being left: it recognizes whom it enrolled until each is enrolled with the one in use. */
import type { Logger } from 'pino';
import type { ModelContract } from '../protocol/analyzer.ts';
import { loadPack, type ModelPack, verifyPack } from '../vision/pack.ts';

export interface FormerPackOptions {
  /** `auto`: the one that most people are enrolled with; `none`; or the id of a pack. */
  wish: string;
  /** People who have templates of another contract than that in use only, by contract: `peopleOfOtherContracts`. */
  people: ReadonlyMap<ModelContract, number>;
  cacheDir: string;
  log: Logger;
}

/**
 * null where nobody needs one, or none that somebody needs can run: that is no fault, and logged. Contracts name
 * their pack, so nobody has to say which one was in use before.
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
        { pack: id, contract: pack.contract, known },
        'former pack | nobody is known by this one only',
      );
    } catch (error) {
      log.warn({ pack: id, err: error }, 'former pack | cannot run: its people are not recognized');
    }
  }
  return null;
}

/** "pack@version/length" → "pack". */
function packOf(contract: ModelContract): string {
  return contract.replace(/@.*$/, '');
}
