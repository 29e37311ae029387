/** What the manifests of face packs and of the liveness models have in common: where files come from, and their terms. */
import { OperatorError } from '../operator-error.ts';
import { z } from 'zod';

export const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/, { error: 'is not lower case, digits, . and -' });
export const size = z.strictObject({ width: z.int().min(16).max(4096), height: z.int().min(16).max(4096) });

/** The pixel format a network expects: `(x − mean) / scale`, x in 0..255 full range. */
export const pixels = {
  name: z.string().min(1),
  layout: z.literal('nchw'),
  channels: z.enum(['rgb', 'bgr', 'gray']),
  /** One number per channel, in the order of `channels`. */
  mean: z.array(z.number()).min(1).max(3),
  scale: z.number().positive(),
};

const https = z.url({ protocol: /^https$/, error: 'is not an https address' });
export const sum = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a file comes from. With `--from FOLDER` any file can be taken from a folder instead, by its name. */
const source = z.union([
  z.strictObject({
    npm: z.strictObject({ package: z.string().min(1), version: z.string().min(1), path: z.string().min(1) }),
  }),
  z.strictObject({ url: https }),
  /** `path` in the archive; `sha256` and `bytes` of the archive, if known. */
  z.strictObject({
    zip: z.strictObject({
      url: https,
      path: z.string().min(1),
      sha256: sum.optional(),
      bytes: z.int().positive().optional(),
    }),
  }),
  /** The file cannot be downloaded as it is; `how` says how to get it. */
  z.strictObject({ local: z.strictObject({ how: z.string().min(1), url: https.optional() }) }),
]);

export const file = {
  name: z.string().regex(/^[\w.-]+$/),
  source,
  /** Null: not known in advance; the first install records it. */
  sha256: sum.nullable(),
  bytes: z.int().positive().nullable(),
  /** False: we never ran this file; its figures come from its authors. */
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
  /** The decoder's name of an output → the tensor's name in the file, or its index among the outputs. */
  outputs: z.record(z.string(), z.union([z.string(), z.int().min(0)])),
};

export const license = z.strictObject({
  spdx: z.string().optional(),
  name: z.string().min(1),
  /** Null: not stated by the source. */
  commercial: z.boolean().nullable(),
  url: z.url(),
  note: z.string().optional(),
});

export const accuracy = z.array(
  z.strictObject({
    data: z.string(),
    protocol: z.string(),
    metric: z.string(),
    value: z.number(),
    /** Whose figure it is, if not ours, and what else differs from the pack as it is. */
    from: z.string().optional(),
  }),
);

/** The part of a manifest that is needed to install and check its files. */
export interface Installable {
  id: string;
  files: readonly {
    name: string;
    source: z.infer<typeof source>;
    sha256: string | null;
    bytes: number | null;
    equivalents: readonly { sha256: string; bytes: number }[];
  }[];
}

/** @throws OperatorError that lists every fault of the manifest, one per line */
export function parseManifest<T>(schema: z.ZodType<T>, value: unknown, from: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((i) => `  ${i.path.join('.')}: ${i.message}`);
  throw new OperatorError(`The manifest ${from} has ${faults.length} fault(s):\n${faults.join('\n')}`);
}
