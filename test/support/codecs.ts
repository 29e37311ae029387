/** The decoders that users may add. `npm test` installs them where it can; elsewhere their tests are skipped and counted. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** As scripts/setup/test-codecs.mjs installs it; `MUSTER_CODEC_CACHE` for a server. */
export const codecCache = path.join(import.meta.dirname, '../fixtures/cache/codecs');
/** The folder of the pack. */
export const nodeAvPack = path.join(codecCache, 'node-av');

export const hasNodeAv = existsSync(path.join(nodeAvPack, 'installed.json'));

/** Part of the name of every test or suite that needs the pack, so that the end of a run can count the skipped ones. */
export const NEEDS_NODE_AV = 'needs node-av';
