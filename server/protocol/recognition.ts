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

/**
 * `filling`: it does not know everybody yet. `other-models`: it runs another model pack. `wrong-clock`: more than 2 s off.
 * `draining`: it is about to end. `silent`: nothing was heard of it for 1.6 s.
 */
const hostState = z.enum(['ready', 'filling', 'other-models', 'wrong-clock', 'draining', 'silent']);
export type AnalyzerHostState = z.infer<typeof hostState>;

const analyzerHost = z
  .strictObject({
    name: z.string().describe('Of the analyzer, as it was enrolled.'),
    host: z.string().describe('Of its machine.'),
    state: hostState,
    cameras: z.int().describe('That it watches for any server.'),
    people: z.int().describe('That it can recognize.'),
    load: z.number().describe('Part of its time that it works, 0..1.'),
    skew: z
      .number()
      .nullable()
      .describe('By how much its clock is fast, ms; null while that is not known. Nothing is dated by it.'),
  })
  .meta({ id: 'AnalyzerHost' });
export type AnalyzerHost = z.infer<typeof analyzerHost>;

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
    hosts: z
      .array(analyzerHost)
      .nullable()
      .describe('The analyzers on other hosts that were heard of; null where no broker is configured.'),
  })
  .meta({ id: 'Recognition' });
export type RecognitionView = z.infer<typeof recognitionView>;
