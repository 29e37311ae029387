/** The decoders that users may add, for the tests alone: Muster never brings them along. */
import { installCodec } from '../codecs/install.mjs';
import { readCodec } from '../codecs/pack.mjs';
import { inRoot } from './paths.mjs';
import { optionalStep } from './step.mjs';

/** The same in test/support/codecs.ts. */
const FOLDER = inRoot('test', 'fixtures', 'cache', 'codecs', 'node-av');

/**
 * Whoever runs the tests uses the pack and passes it on to nobody, which its licenses allow everyone. Where it cannot be
 * fetched the run says at its end how many tests were left out.
 */
export async function testCodecs() {
  await optionalStep(
    'decoders for the tests',
    async (say) => {
      const done = await installCodec(await readCodec('node-av'), FOLDER, { say });
      return done ? 'node-av installed now; FFmpeg inside it is under the GPL' : 'installed';
    },
    'their tests are left out',
  );
}
