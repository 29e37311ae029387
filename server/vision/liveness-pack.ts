/**
 * The liveness models, which tell people from pictures of people and can be used with any face pack:
 * `models/minifasnet.json`. Its nets look at the same face in crops of different width, and their scores are averaged.
 */
import { OperatorError } from '../operator-error.ts';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { accuracy, file, identifier, license, parseManifest, pixels, size } from './manifest.ts';
import { FOLDER, LIVENESS_PART, packFile, verifyPack } from './pack.ts';

const livenessFile = z
  .strictObject({
    role: z.literal('liveness'),
    ...file,
    input: z.strictObject({ ...pixels, channels: z.enum(['rgb', 'bgr']), size }),
    /** The net sees the face's box, grown about its center by this factor. */
    crop: z.number().min(1).max(10),
    /** Number of classes in the output, and the index of the class "person". */
    classes: z.int().min(2),
    live: z.int().min(0),
  })
  .refine((f) => f.live < f.classes, { path: ['live'], error: 'is not one of the classes' })
  .refine((f) => f.input.mean.length === 3, { path: ['input', 'mean'], error: 'needs 3 numbers' });

const manifest = z.strictObject({
  id: identifier,
  version: identifier,
  title: z.string().min(1),
  license,
  files: z.array(livenessFile).min(1),
  accuracy,
});

export type LivenessPack = z.infer<typeof manifest>;
export type LivenessFile = LivenessPack['files'][number];

/**
 * Reads the manifest. The result is plain data that survives structured clone into a worker.
 * @throws OperatorError that lists every fault of the manifest, one per line
 */
export async function loadLivenessPack(): Promise<LivenessPack> {
  const text = await readFile(new URL(`${LIVENESS_PART}.json`, FOLDER), 'utf8');
  return parseLivenessPack(JSON.parse(text) as unknown, `models/${LIVENESS_PART}.json`);
}

export function parseLivenessPack(value: unknown, from: string): LivenessPack {
  return parseManifest(manifest, value, from);
}

/** `off`: not judged. `warn`: recorded with each sighting. `require`: no sighting of a face that is not live. */
export type LivenessPolicy = 'off' | 'warn' | 'require';

/**
 * The policy in force, given the configured one (undefined if it was not set) and the installed files. A part of the files,
 * as a download leaves it that broke, is as good as none.
 * @throws OperatorError that says what to run, if the configured policy needs files that are missing, or if installed
 *   files are damaged
 */
export async function livenessInForce(
  asked: LivenessPolicy | undefined,
  cacheDir: string,
): Promise<{ policy: LivenessPolicy; installed: boolean }> {
  const pack = await loadLivenessPack();
  const there = pack.files.every((f) => existsSync(packFile(pack, f, cacheDir)));
  if (asked === 'off' || (asked === undefined && !there)) return { policy: 'off', installed: there };
  try {
    await verifyPack(pack, cacheDir);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const prefix = asked === undefined ? '' : `MUSTER_LIVENESS is set to "${asked}", but: `;
    throw new OperatorError(`${prefix}${why}`, { cause: error });
  }
  return { policy: asked ?? 'warn', installed: true };
}
