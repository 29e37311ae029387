/** How strictly faces are recognized, and what the networks run on. */
import { z } from 'zod';
import './no-eval.ts';
import { PROVIDERS } from './execution.ts';

/** One comparison with a stranger in `oneIn` is a false accept, as measured for the pack. */
export const LEVELS = [
  { name: 'convenient', far: '1e-3', oneIn: 1_000 },
  { name: 'balanced', far: '1e-4', oneIn: 10_000 },
  { name: 'strict', far: '1e-5', oneIn: 100_000 },
  { name: 'strictest', far: '1e-6', oneIn: 1_000_000 },
] as const;
export type Level = (typeof LEVELS)[number];
export type FalseAcceptRate = Level['far'];

const rate = z.enum(LEVELS.map(({ far }) => far));

export const recognitionView = z
  .strictObject({
    pack: z.strictObject({
      id: z.string(),
      title: z.string(),
      verified: z.boolean().describe('Whether the project has run the files of this pack.'),
    }),
    far: rate,
    available: z.array(rate).describe('Rates that the pack has a measured threshold for.'),
    liveness: z
      .strictObject({ policy: z.enum(['off', 'warn', 'require']), installed: z.boolean() })
      .describe('How pictures of people are treated, and whether the networks for it are installed.'),
    challenge: z
      .enum(['never', 'doubtful', 'auto', 'always'])
      .describe('When a face has to make a movement before it counts.'),
    analyzers: z
      .array(
        z.strictObject({
          name: z.string(),
          execution: z.strictObject({
            provider: z.enum(PROVIDERS),
            onCpu: z.number(),
            refused: z.array(z.strictObject({ provider: z.enum(PROVIDERS), reason: z.string() })).readonly(),
          }),
        }),
      )
      .describe('The analyzers that are running.'),
  })
  .meta({ id: 'Recognition' });
export type RecognitionView = z.infer<typeof recognitionView>;
