/**
 * The part beside any face pack that tells a person from a picture of one: `models/minifasnet.json`. Its
 * nets look at the same face in crops of different width, and their scores are averaged.
 */
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
    /** The net sees the face's box about its center, grown by this factor. */
    crop: z.number().min(1).max(10),
    /** Numbers in the output, and the place among them of "a person". */
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
 * Plain data: it survives structured clone into a worker.
 * @throws Error that lists every fault of the manifest, one a line.
 */
export async function loadLivenessPack(): Promise<LivenessPack> {
  const text = await readFile(new URL(`${LIVENESS_PART}.json`, FOLDER), 'utf8');
  return parseLivenessPack(JSON.parse(text) as unknown, `models/${LIVENESS_PART}.json`);
}

export function parseLivenessPack(value: unknown, from: string): LivenessPack {
  return parseManifest(manifest, value, from);
}

/** Off: not looked at. Warn: recorded beside each sighting. Require: no sighting without it. */
export type LivenessPolicy = 'off' | 'warn' | 'require';

/**
 * What is to be done, given what was asked for (undefined: nobody said) and what is installed.
 * @throws Error that says what to type, where liveness was asked for and its files are missing, or some are
 * there and not as they should be.
 */
export async function livenessInForce(
  asked: LivenessPolicy | undefined,
  cacheDir: string,
): Promise<{ policy: LivenessPolicy; installed: boolean }> {
  const pack = await loadLivenessPack();
  const there = pack.files.some((f) => existsSync(packFile(pack, f, cacheDir)));
  if (asked === 'off' || (asked === undefined && !there)) return { policy: 'off', installed: there };
  try {
    await verifyPack(pack, cacheDir);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Liveness is asked for (MUSTER_LIVENESS). ${why}`, { cause: error });
  }
  return { policy: asked ?? 'warn', installed: true };
}
