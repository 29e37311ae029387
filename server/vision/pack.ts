/**
 * A model pack: the manifest `models/<id>.json` states everything that differs between packs of the known families, so
 * that code never has to ask which pack it runs. The weights are in a cache, one folder per pack.
 */
import { OperatorError } from '../operator-error.ts';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { LEVELS } from '../protocol/recognition.ts';
import type { FalseAcceptRate } from '../protocol/recognition.ts';
import { accuracy, file, identifier, license, parseManifest, pixels, size, sum } from './manifest.ts';
import type { Installable } from './manifest.ts';

const point = z.tuple([z.number(), z.number()]);

/** For a net of dynamic shape: scale the picture so that the smallest wanted face is `face` pixels high. */
const dynamicSize = z.strictObject({
  stride: z.int().min(1),
  face: z.number().positive(),
  longest: z.int().min(64),
  /**
   * Longest side of a second, small look for faces that fill the picture; for nets that miss such faces at large
   * inputs.
   */
  closeUp: z.int().min(64).optional(),
});

const detector = z.strictObject({
  role: z.literal('detector'),
  ...file,
  input: z.strictObject({
    ...pixels,
    size: z.union([size, dynamicSize]),
    /** `stretch`: the picture fills the input and its aspect ratio is lost; `letterbox`: kept, the rest is black. */
    fit: z.enum(['stretch', 'letterbox']),
  }),
  /** Least score of a face, 0..1. */
  score: z.number().min(0).max(1),
  /** Of two boxes that overlap by more than this IoU, only the better one remains. */
  iou: z.number().min(0).max(1),
});

const landmarks = z.strictObject({
  role: z.literal('landmarks'),
  ...file,
  input: z.strictObject({ ...pixels, size }),
});

const recognizer = z.strictObject({
  role: z.literal('recognizer'),
  ...file,
  input: z.strictObject({ ...pixels, size }),
  /** Numbers in an embedding. */
  length: z.int().positive(),
  /** Where the five landmarks go in the input, in its pixels. */
  alignment: z.strictObject({ name: z.string(), points: z.tuple([point, point, point, point, point]) }),
});

const manifest = z
  .strictObject({
    id: identifier,
    /** Changes whenever embeddings change: other weights, other alignment, other preprocessing. */
    version: identifier,
    title: z.string().min(1),
    license,
    files: z.array(z.discriminatedUnion('role', [detector, landmarks, recognizer])),
    /** False accept rate → least cosine similarity of a match. */
    thresholds: z
      .strictObject({
        '1e-3': z.number(),
        '1e-4': z.number(),
        '1e-5': z.number(),
        /** Present only if enough impostor pairs were compared: at least ten million, correctly labeled. */
        '1e-6': z.number().optional(),
      })
      // Policies derive other similarities from the distances between these.
      .refine(
        (t) => t['1e-3'] < t['1e-4'] && t['1e-4'] < t['1e-5'] && t['1e-5'] < (t['1e-6'] ?? Infinity),
        'do not rise from 1e-3 to 1e-6',
      ),
    /** The data on which the thresholds were measured, or that they are only assumed. */
    thresholdsFrom: z.string().optional(),
    accuracy,
  })
  .superRefine((m, context) => {
    for (const [role, most] of [
      ['detector', 1],
      ['recognizer', 1],
      ['landmarks', 1],
    ] as const) {
      const n = m.files.filter((f) => f.role === role).length;
      if (n > most || (n === 0 && role !== 'landmarks')) {
        context.addIssue({ code: 'custom', path: ['files'], message: `has ${n} files of role ${role}` });
      }
    }
    for (const [i, f] of m.files.entries()) {
      const channels = f.input.channels === 'gray' ? 1 : 3;
      if (f.input.mean.length !== channels) {
        context.addIssue({
          code: 'custom',
          path: ['files', i, 'input', 'mean'],
          message: `needs ${channels} numbers, one per channel of ${f.input.channels}`,
        });
      }
    }
  });

export type Manifest = z.infer<typeof manifest>;
export type DetectorFile = z.infer<typeof detector>;
export type LandmarksFile = z.infer<typeof landmarks>;
export type RecognizerFile = z.infer<typeof recognizer>;
/** Cosine similarity at each false accept rate. */
export type Thresholds = Manifest['thresholds'];
export type { FalseAcceptRate };

export interface ModelPack extends Manifest {
  /** "id@version/length": templates of different contracts are never compared. */
  contract: string;
  embeddingLength: number;
  /** Whether we ran every file, or an equivalent build of it. */
  verified: boolean;
  detector: DetectorFile;
  /** Absent if the detector returns landmarks itself. */
  landmarks: LandmarksFile | undefined;
  recognizer: RecognizerFile;
}

export const FOLDER = new URL('../../models/', import.meta.url);
/** The one manifest in models/ that is not a face pack: see `liveness-pack.ts`. */
export const LIVENESS_PART = 'minifasnet';

/**
 * Reads `models/<id>.json`. The result is plain data that survives structured clone into a worker.
 * @throws OperatorError that names the available packs, or lists every fault of the manifest
 */
export async function loadPack(id: string): Promise<ModelPack> {
  let text: string;
  try {
    if (!identifier.safeParse(id).success) throw new Error('not a valid pack id');
    if (id === LIVENESS_PART) throw new Error('not a face pack');
    text = await readFile(new URL(`${id}.json`, FOLDER), 'utf8');
  } catch (cause) {
    const known = (await packIds()).join(', ');
    throw new OperatorError(`There is no model pack "${id}". Set MUSTER_MODEL_PACK to one of: ${known}.`, {
      cause,
    });
  }
  return parsePack(JSON.parse(text) as unknown, `models/${id}.json`);
}

/** The ids of the face packs in `models/`. */
export async function packIds(): Promise<string[]> {
  const ids = (await readdir(FOLDER)).filter((f) => f.endsWith('.json')).map((f) => f.slice(0, -5));
  return ids.filter((id) => id !== LIVENESS_PART);
}

/** @throws OperatorError that lists every fault of the manifest, one per line */
export function parsePack(value: unknown, from: string): ModelPack {
  const pack = parseManifest(manifest, value, from);
  const recognizer = pack.files.find((f) => f.role === 'recognizer')!;
  return {
    ...pack,
    contract: `${pack.id}@${pack.version}/${recognizer.length}`,
    embeddingLength: recognizer.length,
    verified: pack.files.every((f) => f.verified),
    detector: pack.files.find((f) => f.role === 'detector')!,
    landmarks: pack.files.find((f) => f.role === 'landmarks'),
    recognizer,
  };
}

/** The false accept rates at which a pack has a threshold, the most frequent first. */
export function ratesOf(thresholds: Thresholds): FalseAcceptRate[] {
  return LEVELS.map(({ far }) => far).filter((far) => thresholds[far] !== undefined);
}

/**
 * The least similarity of a match at a false accept rate.
 * @throws OperatorError that names the available rates, if the pack was not measured at this one
 */
export function thresholdAt(thresholds: Thresholds, far: FalseAcceptRate): number {
  const threshold = thresholds[far];
  if (threshold !== undefined) return threshold;
  const known = LEVELS.filter((level) => thresholds[level.far] !== undefined);
  const names = known.map((level) => `${level.name} (${level.far})`).join(', ');
  throw new OperatorError(
    `The model pack has no threshold for a false accept rate of ${far}, because too few faces were compared to ` +
      `measure it. Set MUSTER_FAR to one of: ${names}.`,
  );
}

/** The path of a file of a pack or of the liveness models, whether installed or not. */
export function packFile({ id }: { id: string }, { name }: { name: string }, cacheDir: string): string {
  return path.join(cacheDir, id, name);
}

/**
 * Checks that every file is installed and is, by size and SHA-256, the file of the manifest or an equivalent build. A
 * file whose manifest has no checksum must be the one that was installed first.
 * @throws OperatorError that names the faulty files and says what to run
 */
export async function verifyPack(pack: Installable, cacheDir: string): Promise<void> {
  const faults: string[] = [];
  for (const file of pack.files) {
    const at = packFile(pack, file, cacheDir);
    const bytes = await stat(at).then(
      (s) => s.size,
      () => null,
    );
    const known = [file, ...file.equivalents].flatMap((f) => (f.sha256 === null ? [] : [f.sha256]));
    if (file.sha256 === null) known.push(...(await recordedSum(pack, file.name, cacheDir)));
    const sizes = [file.bytes, ...file.equivalents.map((f) => f.bytes)];
    if (bytes === null) faults.push(`${at} is missing`);
    else if (!sizes.includes(null) && !sizes.includes(bytes))
      faults.push(`${at} has ${bytes} bytes instead of ${sizes.join(' or ')}`);
    else if (!known.includes(await sha256(at)))
      faults.push(`${at} is not the file of the manifest (SHA-256)`);
  }
  if (faults.length === 0) return;
  const remedy = pack.files.every((f) => 'npm' in f.source)
    ? 'npm start (it installs missing model files)'
    : `npm run models -- install ${pack.id}`;
  throw new OperatorError(
    `Model pack "${pack.id}" is not ready:\n${faults.map((f) => `  ${f}`).join('\n')}\n` +
      `Delete the files named above and run: ${remedy}.`,
  );
}

/** The record that the installer writes beside the files; scripts/models defines its format. */
const installRecord = z.object({ files: z.record(z.string(), z.object({ sha256: sum })) });

async function recordedSum({ id }: Installable, name: string, cacheDir: string): Promise<string[]> {
  const text = await readFile(path.join(cacheDir, id, 'installed.json'), 'utf8').catch(() => '{}');
  const record = installRecord.safeParse(JSON.parse(text));
  const sum = record.success ? record.data.files[name]?.sha256 : undefined;
  return sum === undefined ? [] : [sum];
}

async function sha256(at: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(at), hash);
  return hash.digest('hex');
}
