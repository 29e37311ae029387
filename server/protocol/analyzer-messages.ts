/**
 * The messages between a server and an analyzer as they are checked where they arrive from another host. The types stand in
 * `analyzer.ts`; a message that is no such one is refused here, before anything reads it.
 */
import { z } from 'zod';
import './no-eval.ts';
import { type AnalyzerToServer, DECODER_FAULTS, type ServerToAnalyzer, type Sighting } from './analyzer.ts';
import { decisionKind, decisionSummary } from './decisions.ts';
import { LEVELS } from './recognition.ts';

/** Ids of cameras, people and sightings: longer ones are no ids of ours. */
const id = z.string().min(1).max(200);
const number = z.number();
const count = z.int().min(0);
/** Epoch ms. */
const at = number;
const point = z.tuple([number, number]);
const box = z.tuple([number, number, number, number]);
const landmarks = z.tuple([point, point, point, point, point]);
const floats = z.instanceof(Float32Array);
const attempt = z.int();
/** What mediasoup makes, and checks itself. */
const media = z.looseObject({});
/** The most faces, people or templates in one message: far more than a picture or a person has. */
const MANY = 500;
const list = <T extends z.ZodType>(of: T) => z.array(of).max(MANY);
const place = z.strictObject({ x: number, y: number, height: number });
const execution = z.strictObject({
  provider: z.string().max(20),
  onCpu: number,
  refused: list(z.strictObject({ provider: z.string().max(20), reason: z.string().max(2_000) })),
});

const observedFace = z.strictObject({
  track: count,
  box,
  landmarks,
  state: z.string().max(40),
  personId: id.optional(),
  sighting: id.optional(),
  oneOf: z.tuple([id, id]).optional(),
  similarity: number.optional(),
  live: number.optional(),
  challenge: z
    .strictObject({ act: z.string().max(40), step: count, of: count, remaining: number, limit: number })
    .optional(),
});
const observation = z.strictObject({
  type: z.literal('observation'),
  camera: id,
  frame: count,
  width: count,
  height: count,
  faces: list(observedFace),
  timings: z.strictObject({
    wait: number,
    detect: number,
    track: number,
    embed: number,
    search: number,
    total: number,
  }),
  timecode: number.optional(),
});

const decided = { id, cameraId: id, track: count, at };
/** A face as a bitmap file: 38 kB, and never much more. */
const crop = z.instanceof(Uint8Array).refine(({ length }) => length <= 200_000);
const seen = {
  ...decided,
  frames: count,
  live: number.nullable(),
  why: decisionSummary.optional(),
  crop: crop.optional(),
};
export const sightingMessage = z.strictObject({ ...seen, personId: id, similarity: number, margin: number });
const pairPerson = z.strictObject({ personId: id, similarity: number, margin: number });
const pairSighting = z.strictObject({ ...seen, people: z.tuple([pairPerson, pairPerson]) });
const faceDecision = z.strictObject({
  ...decided,
  kind: decisionKind,
  people: list(id),
  why: decisionSummary,
});

const capturedFace = z.strictObject({
  box,
  landmarks,
  pose: z.strictObject({ yaw: number, pitch: number, roll: number }),
  quality: z.strictObject({
    eyeDistance: number,
    sharpness: number,
    brightness: number,
    contrast: number,
    score: number,
  }),
  embedding: floats.optional(),
  formerEmbedding: floats.optional(),
  points: floats.optional(),
  live: number.optional(),
});
const capture = z.strictObject({
  cameraId: id,
  frame: count,
  at,
  width: count,
  height: count,
  faces: list(capturedFace),
});
const stats = z.strictObject({
  cameraId: id,
  width: count,
  height: count,
  fpsIn: number,
  fpsAnalyzed: number,
  faces: count,
  pictures: z.strictObject({ received: count, analyzed: count, skipped: count, failed: count }),
});

const attached = { attempt, cameraId: id };

const fromAnalyzer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('watching'), ...attached, rtpCapabilities: media }),
  z.strictObject({ type: z.literal('connect'), ...attached, dtlsParameters: media }),
  z.strictObject({ type: z.literal('consuming'), ...attached }),
  z.strictObject({
    type: z.literal('watch.failed'),
    ...attached,
    message: z.string().max(2_000),
    again: z.enum(['at-once', 'elsewhere']).optional(),
    fault: z.enum(DECODER_FAULTS).optional(),
  }),
  z.strictObject({ type: z.literal('observation'), observation }),
  z.strictObject({ type: z.literal('sighting.pair'), sighting: pairSighting }),
  z.strictObject({ type: z.literal('decision'), decision: faceDecision }),
  z.strictObject({ type: z.literal('capture'), capture }),
  z.strictObject({ type: z.literal('camera.stats'), stats }),
  z.strictObject({ type: z.literal('camera.things'), cameraId: id, things: list(place) }),
  z.strictObject({
    type: z.literal('gallery.matches'),
    request: count,
    matches: list(z.strictObject({ personId: id, similarity: number })),
  }),
  z.strictObject({
    type: z.literal('gallery.confirmed'),
    request: count,
    removed: z.boolean(),
    threads: count,
  }),
  z.strictObject({ type: z.literal('gallery.size'), people: count, templates: count }),
]);

const watchOptions = z.looseObject({
  cameraId: id,
  purpose: z.enum(['check-in', 'enrollment']),
  rate: number,
  minFace: number,
});

/** What a server may ask of an analyzer on another host: it sends no gallery, the analyzer asks for it. */
const fromServer = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('watch'),
    attempt,
    options: watchOptions,
    mimeType: z.string().max(100),
    things: list(place).optional(),
    insist: z.boolean().optional(),
    transport: media,
    routerRtpCapabilities: media,
  }),
  z.strictObject({
    type: z.literal('consume'),
    ...attached,
    consumer: z.strictObject({ id, producerId: id, kind: z.literal('video'), rtpParameters: media }),
  }),
  z.strictObject({ type: z.literal('unwatch'), ...attached }),
  z.strictObject({ type: z.literal('watch.settings'), ...attached, settings: z.looseObject({}) }),
  z.strictObject({ type: z.literal('gallery.remove'), personId: id }),
  z.strictObject({
    type: z.literal('recognition.settings'),
    settings: z.strictObject({
      far: z.enum(LEVELS.map(({ far }) => far)),
      liveness: z.enum(['off', 'warn', 'require']),
      challenge: z.enum(['never', 'doubtful', 'auto', 'always']),
      snapshots: z.boolean(),
    }),
  }),
  z.strictObject({
    type: z.literal('gallery.search'),
    request: count,
    contract: z.string().max(200),
    embeddings: list(floats),
    limit: count.max(100),
  }),
  z.strictObject({ type: z.literal('gallery.confirm'), request: count, personId: id }),
]);

/** Throws a ZodError for anything else. The schemas say of the parts that mediasoup checks only that they are objects. */
export function analyzerToServer(message: unknown): AnalyzerToServer {
  return fromAnalyzer.parse(message) as unknown as AnalyzerToServer;
}

/** Throws a ZodError for anything else. */
export function serverToAnalyzer(message: unknown): ServerToAnalyzer {
  return fromServer.parse(message) as unknown as ServerToAnalyzer;
}

export { execution as executionMessage };

/**
 * The fields of T, also of what is in it, that S refuses; never where there are none. A field that is added to a type alone
 * would otherwise be refused only where two hosts meet.
 */
type Refused<T, S> = T extends ArrayBufferView
  ? never
  : T extends readonly (infer TheirItem)[]
    ? S extends readonly (infer Item)[]
      ? Refused<NonNullable<TheirItem>, NonNullable<Item>>
      : 'a list'
    : T extends object
      ? string extends keyof S
        ? never
        : | Exclude<keyof T, keyof S>
          | { [K in keyof T & keyof S]: Refused<NonNullable<T[K]>, NonNullable<S[K]>> }[keyof T & keyof S]
      : never;
type RefusedMessages<T, S extends { type: string }> = {
  [K in S['type']]: Refused<Extract<T, { type: K }>, Extract<S, { type: K }>>;
}[S['type']];
type None<T> = [T] extends [never] ? true : { refused: T };

// `sent` counts on one machine only; names and questions are added by the server.
true satisfies None<
  Exclude<RefusedMessages<AnalyzerToServer, z.infer<typeof fromAnalyzer>>, 'sent' | 'name' | 'ask'>
>;
true satisfies None<RefusedMessages<ServerToAnalyzer, z.infer<typeof fromServer>>>;
true satisfies None<Refused<Sighting, z.infer<typeof sightingMessage>>>;
