/**
 * A model pack: the manifest `models/<id>.json` says everything that differs between packs of the known
 * families, so that code never asks which pack it runs. Weights lie in a cache, one folder per pack.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

const identifier = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, { error: 'is not lower case, digits, . and -' });
const size = z.strictObject({ width: z.int().min(16).max(4096), height: z.int().min(16).max(4096) });
const point = z.tuple([z.number(), z.number()]);

/** What a network wants of a pixel: `(x − mean) / scale`, x in 0..255 full range. */
const pixels = {
  name: z.string().min(1),
  layout: z.literal('nchw'),
  channels: z.enum(['rgb', 'bgr', 'grey']),
  /** One number per channel, in the order of `channels`. */
  mean: z.array(z.number()).min(1).max(3),
  scale: z.number().positive(),
};

/** A net of dynamic shape: the picture is scaled so that the smallest wanted face is `face` pixels high. */
const dynamicSize = z.strictObject({
  stride: z.int().min(1),
  face: z.number().positive(),
  longest: z.int().min(64),
  /**
   * Longest side of a second, small look for faces that fill the picture, of a net that misses those at
   * large inputs.
   */
  closeUp: z.int().min(64).optional(),
});

const https = z.url({ protocol: /^https$/, error: 'is not an https address' });
const sum = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a file comes from. Whatever the source, `--from FOLDER` takes it by its name from a folder. */
const source = z.union([
  z.strictObject({
    npm: z.strictObject({ package: z.string().min(1), version: z.string().min(1), path: z.string().min(1) }),
  }),
  z.strictObject({ url: https }),
  /** `path` in the archive; `sha256` and `bytes` of the archive, where known. */
  z.strictObject({
    zip: z.strictObject({
      url: https,
      path: z.string().min(1),
      sha256: sum.optional(),
      bytes: z.int().positive().optional(),
    }),
  }),
  /** Nothing to download as it is: `how` says how to come by it. */
  z.strictObject({ local: z.strictObject({ how: z.string().min(1), url: https.optional() }) }),
]);

const file = {
  name: z.string().regex(/^[\w.-]+$/),
  source,
  /** null: could not be looked up; the first install records it. */
  sha256: sum.nullable(),
  bytes: z.int().positive().nullable(),
  /** False: this file was never run by us; what is said of it comes from its authors. */
  verified: z.boolean().default(true),
  note: z.string().optional(),
  /** Other builds of the same network, with the same tensors, that may be installed under this file's name. */
  equivalents: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[\w.-]+$/),
        sha256: sum,
        bytes: z.int().positive(),
        note: z.string(),
      }),
    )
    .default([]),
  /** Name of the decoder of this family, as registered in code. */
  decoder: z.string().min(1),
  /** The decoder's name for an output → the tensor's name in the file, or its place among the outputs. */
  outputs: z.record(z.string(), z.union([z.string(), z.int().min(0)])),
};

const detector = z.strictObject({
  role: z.literal('detector'),
  ...file,
  input: z.strictObject({
    ...pixels,
    size: z.union([size, dynamicSize]),
    /** `stretch`: the whole picture fills the input, its aspect is lost; `letterbox`: kept, the rest is black. */
    fit: z.enum(['stretch', 'letterbox']),
  }),
  /** Least score of a face, 0..1. */
  score: z.number().min(0).max(1),
  /** Of two boxes that overlap by more than this IoU the better stays. */
  iou: z.number().min(0).max(1),
});

const landmarks = z.strictObject({
  role: z.literal('landmarks'),
  ...file,
  input: z.strictObject({ ...pixels, size }),
});

const recogniser = z.strictObject({
  role: z.literal('recogniser'),
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
    /** Changes whenever embeddings change: other weights, other alignment, other pre-processing. */
    version: identifier,
    title: z.string().min(1),
    licence: z.strictObject({
      spdx: z.string().optional(),
      name: z.string().min(1),
      /** null: not stated by the source. */
      commercial: z.boolean().nullable(),
      url: z.url(),
      note: z.string().optional(),
    }),
    files: z.array(z.discriminatedUnion('role', [detector, landmarks, recogniser])),
    /** False accept rate → least cosine similarity of a match. */
    thresholds: z
      .strictObject({ '1e-3': z.number(), '1e-4': z.number(), '1e-5': z.number() })
      // Policies derive their other similarities from the distances.
      .refine((t) => t['1e-3'] < t['1e-4'] && t['1e-4'] < t['1e-5'], 'do not rise from 1e-3 to 1e-5'),
    /** On what data the thresholds were measured, or that they are only assumed. */
    thresholdsFrom: z.string().optional(),
    accuracy: z.array(
      z.strictObject({
        data: z.string(),
        protocol: z.string(),
        metric: z.string(),
        value: z.number(),
        /** Whose figure it is, where not ours; and what else differs from the pack as it is. */
        from: z.string().optional(),
      }),
    ),
  })
  .superRefine((m, context) => {
    for (const [role, most] of [
      ['detector', 1],
      ['recogniser', 1],
      ['landmarks', 1],
    ] as const) {
      const n = m.files.filter((f) => f.role === role).length;
      if (n > most || (n === 0 && role !== 'landmarks')) {
        context.addIssue({ code: 'custom', path: ['files'], message: `has ${n} files of role ${role}` });
      }
    }
    for (const [i, f] of m.files.entries()) {
      const channels = f.input.channels === 'grey' ? 1 : 3;
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
export type PackFile = Manifest['files'][number];
export type DetectorFile = z.infer<typeof detector>;
export type LandmarksFile = z.infer<typeof landmarks>;
export type RecogniserFile = z.infer<typeof recogniser>;
/** Cosine similarity at each false accept rate. */
export type Thresholds = Manifest['thresholds'];
export type FalseAcceptRate = keyof Thresholds;

export interface ModelPack extends Manifest {
  /** "id@version/length": templates of different contracts are never compared. */
  contract: string;
  embeddingLength: number;
  /** Whether every file, or an equivalent build of it, was run by us. */
  verified: boolean;
  detector: DetectorFile;
  /** Absent where the detector gives the landmarks itself. */
  landmarks: LandmarksFile | undefined;
  recogniser: RecogniserFile;
}

const FOLDER = new URL('../../models/', import.meta.url);

/**
 * Reads `models/<id>.json`. Plain data: it survives structured clone into a worker.
 * @throws Error naming the packs there are, or every fault of the manifest.
 */
export async function loadPack(id: string): Promise<ModelPack> {
  let text: string;
  try {
    if (!identifier.safeParse(id).success) throw new Error('not a name');
    text = await readFile(new URL(`${id}.json`, FOLDER), 'utf8');
  } catch (cause) {
    const known = (await readdir(FOLDER)).filter((f) => f.endsWith('.json')).map((f) => f.slice(0, -5));
    throw new Error(`There is no model pack "${id}". Set MUSTER_MODEL_PACK to one of: ${known.join(', ')}.`, {
      cause,
    });
  }
  return parsePack(JSON.parse(text) as unknown, `models/${id}.json`);
}

/** @throws Error that lists every fault of the manifest, one a line. */
export function parsePack(value: unknown, from: string): ModelPack {
  const parsed = manifest.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((i) => `  ${i.path.join('.')}: ${i.message}`);
    throw new Error(`The manifest ${from} has ${faults.length} fault(s):\n${faults.join('\n')}`);
  }
  const pack = parsed.data;
  const recogniser = pack.files.find((f) => f.role === 'recogniser')!;
  return {
    ...pack,
    contract: `${pack.id}@${pack.version}/${recogniser.length}`,
    embeddingLength: recogniser.length,
    verified: pack.files.every((f) => f.verified),
    detector: pack.files.find((f) => f.role === 'detector')!,
    landmarks: pack.files.find((f) => f.role === 'landmarks'),
    recogniser,
  };
}

/** Where a file of the pack lies, installed or not. */
export function packFile(pack: ModelPack, file: PackFile, cacheDir: string): string {
  return path.join(cacheDir, pack.id, file.name);
}

/**
 * Checks that every file of the pack is installed and is, by size and SHA-256, the file of the manifest or
 * an equivalent of it. A file without a sum in the manifest must be the one that was installed first.
 * @throws Error that names the files at fault and says what to type.
 */
export async function verifyPack(pack: ModelPack, cacheDir: string): Promise<void> {
  const faults: string[] = [];
  for (const file of pack.files) {
    const at = packFile(pack, file, cacheDir);
    const bytes = await stat(at).then(
      (s) => s.size,
      () => null,
    );
    const known = [file, ...file.equivalents].flatMap((f) => (f.sha256 === null ? [] : [f.sha256]));
    if (file.sha256 === null) known.push(...(await recordedSum(pack, file, cacheDir)));
    const sizes = [file.bytes, ...file.equivalents.map((f) => f.bytes)];
    if (bytes === null) faults.push(`${at} is missing`);
    else if (!sizes.includes(null) && !sizes.includes(bytes))
      faults.push(`${at} has ${bytes} bytes in place of ${sizes.join(' or ')}`);
    else if (!known.includes(await sha256(at)))
      faults.push(`${at} is not the file of the manifest (SHA-256)`);
  }
  if (faults.length === 0) return;
  const remedy = pack.files.every((f) => 'npm' in f.source)
    ? 'npm start (it installs missing model files)'
    : `npm run models -- install ${pack.id}`;
  throw new Error(
    `Model pack "${pack.id}" is not ready:\n${faults.map((f) => `  ${f}`).join('\n')}\n` +
      `Delete what is named above and type: ${remedy}.`,
  );
}

/** What the installer writes beside the files; scripts/models owns its form. */
const installRecord = z.object({ files: z.record(z.string(), z.object({ sha256: sum })) });

async function recordedSum(pack: ModelPack, file: PackFile, cacheDir: string): Promise<string[]> {
  const text = await readFile(path.join(cacheDir, pack.id, 'installed.json'), 'utf8').catch(() => '{}');
  const record = installRecord.safeParse(JSON.parse(text));
  const sum = record.success ? record.data.files[file.name]?.sha256 : undefined;
  return sum === undefined ? [] : [sum];
}

async function sha256(at: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(at), hash);
  return hash.digest('hex');
}
