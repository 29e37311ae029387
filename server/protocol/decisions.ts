/** Decisions: what an analyzer decided about a face, with the numbers behind it. Never a picture, never an embedding. */
import { z } from 'zod';
import './no-eval.ts';
import { personOf } from './corrections.ts';
import { calendarDate, id, instant, next, pageQuery } from './fields.ts';

/** At most so many frames of a track are kept, evenly chosen. */
export const DECISION_FRAMES = 16;

export const DECISION_KINDS = [
  'recognized',
  /** Recognized, after the movements that were asked for. */
  'challenge-passed',
  /** Recognized, but the movements were not made. */
  'challenge-failed',
  /** One of two people who look alike. */
  'one-of-two',
  /** It looked like a picture of a person. */
  'not-live',
  /** Nobody who is enrolled, as far as the frames say. */
  'unknown',
] as const;
export const decisionKind = z.enum(DECISION_KINDS);
export type DecisionKind = z.infer<typeof decisionKind>;

const similarity = z.number().describe('Cosine similarity, −1..1.');
const share = z.number().describe('0..1.');

const decisionFrame = z
  .strictObject({
    ms: z.int().describe('Since the first frame.'),
    similarity: similarity
      .nullable()
      .describe('Of the most similar person; null where the face was not compared.'),
    margin: z.number().nullable().describe('Similarity minus that of the next person.'),
    same: z
      .boolean()
      .nullable()
      .describe('Whether the most similar person was the one of the decision; null where that is nobody.'),
    quality: share,
    yaw: z.int().describe('Degrees.'),
    pitch: z.int().describe('Degrees.'),
    live: share.nullable().describe('Liveness; null where it was not looked at.'),
  })
  .meta({ id: 'DecisionFrame' });
export type DecisionFrame = z.infer<typeof decisionFrame>;

const summary = {
  span: z.int().describe('From the first frame to the decision, ms.'),
  frames: z
    .strictObject({
      judged: z.int(),
      compared: z.int(),
      agreeing: z.int().describe('Of the compared ones: how many named the person of the decision.'),
      far: z.int().describe('In how many the face was too far away to be compared.'),
      turned: z.int().describe('Turned away too far.'),
      dark: z.int().describe('Too dark.'),
      poor: z.int().describe('Too blurred, or of too little contrast.'),
    })
    .describe('How many frames there were.'),
  best: z
    .strictObject({ similarity, margin: z.number(), quality: share })
    .nullable()
    .describe('The frame with the highest similarity to anybody; null where none was compared.'),
  live: share.nullable().describe('Liveness over all frames; null where it was not judged.'),
  challenge: z
    .strictObject({ made: z.int(), asked: z.int(), fault: z.string().nullable() })
    .nullable()
    .describe('The movements of a quick check, and why it failed; null where none was asked for.'),
  depth: z
    .strictObject({ measured: z.number(), needed: z.number() })
    .optional()
    .describe(
      'How surely the face moved as a head does and no picture can: the logarithm of a likelihood ratio. Absent where it did not count.',
    ),
  thresholds: z
    .strictObject({
      similarity,
      strong: similarity.describe('One frame with this similarity is enough.'),
      margin: z.number(),
      agreeing: z.int().describe('So many frames must agree.'),
      quality: share,
      yaw: z.int(),
      pitch: z.int(),
      live: share.nullable().describe('Null where photo detection was off.'),
      doubt: share.nullable().describe('Below it, the face is taken for a picture.'),
    })
    .describe('What held at that moment; the similarity rises with the number of people.'),
};

export const decisionSummary = z.strictObject({
  ...summary,
  samples: z.array(decisionFrame).describe(`At most ${DECISION_FRAMES} frames, evenly chosen.`),
});
/** What an analyzer sends with a decision. */
export type DecisionSummary = z.infer<typeof decisionSummary>;

const decisionFields = {
  id,
  at: instant,
  localTime: z.string().describe('YYYY-MM-DD HH:MM at the site.'),
  device: z.strictObject({ id, name: z.string() }),
  kind: decisionKind,
  person: personOf.nullable().describe('Who was recognized; null where nobody was.'),
  oneOf: z.array(personOf).describe('With `one-of-two` both people; otherwise empty.'),
  ...summary,
};

const decisionRow = z.strictObject(decisionFields).meta({ id: 'DecisionRow' });
export type DecisionRow = z.infer<typeof decisionRow>;

export const decisionView = z
  .strictObject({ ...decisionFields, samples: decisionSummary.shape.samples })
  .meta({ id: 'Decision' });
export type DecisionView = z.infer<typeof decisionView>;

export const decisionsQuery = pageQuery.extend({
  device: id.optional(),
  date: calendarDate.optional().describe('At the site.'),
  kind: decisionKind.optional(),
});
export type DecisionsQuery = z.infer<typeof decisionsQuery>;

export const decisionsView = z.strictObject({ decisions: z.array(decisionRow), next });
export type DecisionsView = z.infer<typeof decisionsView>;
