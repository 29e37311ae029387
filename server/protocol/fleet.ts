/**
 * What servers and analyzers on other hosts say to each other beside the messages of `analyzer.ts`: who is there, how late it
 * is, and the gallery. MessagePack over NATS; each subject has one kind of message, each message the version of the wire.
 */
import { z } from 'zod';
import './no-eval.ts';
import { executionMessage } from './analyzer-messages.ts';
import type { Execution } from './execution.ts';

/** Of the wire. A program that does not know the version of a message leaves it alone. */
export const WIRE = 1;
const v = z.literal(WIRE);

/** Between two beats of a server or an analyzer, ms. */
export const BEAT = 500;
/** Without a beat for this long, an analyzer is gone, ms: its cameras go elsewhere. */
export const DEAD = 1_600;
/** An analyzer that has had no lease from any server for this long observes nothing, ms. */
export const SILENT = 5_000;
/** After this long without a lease it has forgotten everybody, ms. */
export const LEASE = 30_000;
/** A clock that is wrong by more than this is refused, ms. */
export const SKEW_LIMIT = 2_000;

/** Part of a subject: an analyzer's name, a run's id. */
export const token = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
const uuid = z.uuid();
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** How a server and an analyzer are named in subjects. */
export const subjects = {
  beat: (analyzer: string) => `muster.an.${analyzer}.beat`,
  serverBeat: (server: string) => `muster.srv.${server}.beat`,
  command: (analyzer: string, server: string) => `muster.to.${analyzer}.${server}`,
  news: (server: string, analyzer: string) => `muster.from.${server}.${analyzer}`,
  gallery: (analyzer: string) => `muster.gallery.ask.${analyzer}`,
  galleryChanged: 'muster.gallery.changed',
  sighting: (server: string, analyzer: string) => `muster.sighting.${server}.${analyzer}`,
} as const;

/** An analyzer is there, and this is how it is. */
export const analyzerBeat = z.strictObject({
  v,
  /** Of this run of the analyzer. */
  epoch: uuid,
  /** Rises by one with each beat of the run. */
  beat: z.int(),
  host: z.string().max(255),
  pid: z.int(),
  contract: z.string().max(200),
  former: z.string().max(200).nullable(),
  threads: z.int(),
  execution: executionMessage,
  cameras: z.int(),
  /** 0..1; from `FULL` on it refuses cameras. */
  load: z.number(),
  /** The audit event up to which its gallery follows; null until it has the whole gallery. */
  revision: z.int().nullable(),
  people: z.int(),
  draining: z.boolean(),
  /** It has forgotten everybody and ends: the last beat. */
  leaving: z.boolean(),
});
export type AnalyzerBeat = Omit<z.infer<typeof analyzerBeat>, 'execution'> & { execution: Execution };

/** A server is there, and what its gallery follows. */
export const serverBeat = z.strictObject({
  v,
  server: uuid,
  revision: z.int(),
  contract: z.string().max(200),
});

/** Server to analyzer. */
export const command = z.strictObject({
  v,
  server: uuid,
  /** The run of the analyzer that is meant. */
  epoch: uuid,
  body: z.union([
    /**
     * Answers a beat: the analyzer's lease runs from that beat on. `at`: the server's own clock, sent back. `clock`: what to add
     * to the analyzer's steady clock to get the server's wall clock, ms; null while it is not known.
     */
    z.strictObject({
      type: z.literal('lease'),
      beat: z.int(),
      at: z.number(),
      clock: z.number().nullable(),
    }),
    z.strictObject({ type: z.literal('message'), message: z.unknown() }),
  ]),
});
export type Command = z.infer<typeof command>;

/** Analyzer to server. */
export const news = z.strictObject({
  v,
  epoch: uuid,
  body: z.union([
    /** Answers a lease. `steady`, `wall`: the clocks of the analyzer. */
    z.strictObject({
      type: z.literal('lease.heard'),
      at: z.number(),
      steady: z.number(),
      wall: z.number(),
    }),
    /** The picture of a sighting, which itself takes the way of the queue. May be lost. */
    z.strictObject({
      type: z.literal('crop'),
      id: z.string().max(200),
      crop: bytes.refine(({ length }) => length <= 200_000),
    }),
    z.strictObject({ type: z.literal('message'), message: z.unknown() }),
  ]),
});
export type News = z.infer<typeof news>;

/** A sighting in the queue. Its time is by the clock of the server that the camera is of. */
export const queuedSighting = z.strictObject({ v, analyzer: token, sighting: z.unknown() });

/** Analyzer to any server, request and reply. `curve`: the public key that the answer is sealed for. */
export const galleryRequest = z.strictObject({
  v,
  curve: z.string().max(100),
  /** Of the analyzer: templates of another one are of no use to it. */
  contract: z.string().max(200),
  ask: z.union([
    /** People after this one, by id; null: from the first one. */
    z.strictObject({ type: z.literal('page'), after: z.string().max(200).nullable() }),
    /** Everything about these people that the gallery has. */
    z.strictObject({ type: z.literal('people'), ids: z.array(z.string().max(200)).max(20) }),
    /** Who has changed since this audit event. */
    z.strictObject({ type: z.literal('since'), revision: z.int() }),
  ]),
});
export type GalleryRequest = z.infer<typeof galleryRequest>;

export const galleryReply = z.discriminatedUnion('type', [
  /**
   * Sealed under a key that is sealed for the analyzer's curve key. All changes up to `revision` are in it. `next`: what to ask
   * for as `after`; null: this was the last page.
   */
  z.strictObject({
    v,
    type: z.literal('page'),
    revision: z.int(),
    next: z.string().max(200).nullable(),
    from: z.string().max(100),
    key: bytes,
    sealed: bytes,
  }),
  /** `ids` null: too many, or too long ago. The whole gallery has to be asked for. */
  z.strictObject({
    v,
    type: z.literal('since'),
    revision: z.int(),
    ids: z.array(z.string().max(200)).nullable(),
  }),
  z.strictObject({ v, type: z.literal('refused'), reason: z.string().max(2_000) }),
]);
export type GalleryReply = z.infer<typeof galleryReply>;

/** Inside of a page. */
export const galleryPage = z.array(
  z.strictObject({
    personId: z.string().max(200),
    contract: z.string().max(200),
    embeddings: z.array(z.instanceof(Float32Array)),
    lookAlikes: z.array(z.string().max(200)).optional(),
  }),
);

/** Server to all analyzers: ask for this person. A hint; what counts is the revision. */
export const galleryChanged = z.strictObject({ v, personId: z.string().max(200), removed: z.boolean() });
