/** Everything that happens to one picture in a vision thread, with the models and the gallery passed in. */
import type {
  Capture,
  CapturedFace,
  FaceDecision,
  Match,
  PairSighting,
  Sighting,
} from '../protocol/analyzer.ts';
import type { DecisionSummary } from '../protocol/decisions.ts';
import type { Box, Landmarks, Pose, Quality } from '../protocol/face.ts';
import type { ObservedFace, Observation } from '../protocol/results.ts';
import { isInZone, type Zone } from '../protocol/zone.ts';
import { applyGate, gateState, isComparable, needsComparison } from '../recognition/challenge-gate.ts';
import { attribute, openDepth } from '../vision/depth.ts';
import { askAgain, chooseForEmbedding, livenessOf, weigh } from '../recognition/evidence.ts';
import { failedChallenges } from '../recognition/failed-challenges.ts';
import { evidenceQuality, faceState } from '../recognition/face-state.ts';
import { judgeLiveness } from '../recognition/liveness.ts';
import { subjectIn, subjectOf } from '../recognition/look-alike-evidence.ts';
import { areLookAlikes, type LookAlikes } from '../recognition/look-alikes.ts';
import { mergeMatches } from '../recognition/merge-matches.ts';
import { planarMotion } from '../recognition/planar-motion.ts';
import { advance } from '../recognition/tracker.ts';
import type {
  CameraTracks,
  EvidencePolicy,
  EvidenceSighting,
  FailedChallenge,
  Track,
  TrackPolicy,
} from '../recognition/types.ts';
import { addWishes, applyWish, waitingState, type WishRule } from '../recognition/wish-gate.ts';
import { readTimecode } from '../vision/timecode.ts';
import { decisionOf, explainFrame, leftBehind } from './frame-decisions.ts';
import type { Detection, FaceEngine, I420Frame } from '../vision/types.ts';

/**
 * Most embeddings of one check-in picture. Each costs as much as two or three detections, so a crowd delays a picture
 * by this many embeddings and not by its size. The faces that have waited longest come first, so every face has a turn.
 */
export const EMBEDDING_BUDGET = 3;

/** Most faces judged in one enrollment picture: a picture with more than one face is refused anyway. */
const CAPTURE_FACES = 8;

/** Matches requested for each face: the best person, the runner-up, and the next one where these two look alike. */
const MATCHES = 3;

const NOBODY: LookAlikes = new Map();

interface FrameJob {
  cameraId: string;
  frame: number;
  /** When the picture arrived, ms of the steady clock: the wall clock may be set while a track lives. */
  at: number;
  /** Time the picture spent in the slot, ms. */
  wait: number;
  /** Smallest face to look for, as a fraction of the picture's height. */
  minFace: number;
  readTimecode: boolean;
  /** Some people are known only by the former model pack, so each face is embedded by both packs. Default false. */
  former?: boolean;
}

export interface CheckInJob extends FrameJob {
  purpose: 'check-in';
  tracks: CameraTracks;
  trackPolicy: TrackPolicy;
  evidencePolicy: EvidencePolicy;
  /** What a face must show before it counts. Absent: each face that is recognized counts. */
  wish?: WishRule;
  /** Faces whose middle is outside are neither followed nor embedded. Null or absent: the whole picture counts. */
  zone?: Zone | null;
  /** Unique forever. Part of the ids of the sightings of this watch, because track ids restart with every watch. */
  run: string;
}

export interface EnrollmentJob extends FrameJob {
  purpose: 'enrollment';
}

export interface FrameParts {
  engine: FaceEngine;
  /** For each embedding the best match of each person, most similar first. `limit`: people per embedding. */
  search: (embeddings: readonly Float32Array[], limit: number) => Promise<Match[][]> | Match[][];
  /** Who looks like whom. Default: nobody. */
  lookAlikes?: LookAlikes;
  /** The model pack that is being replaced; used only for jobs with `former`. */
  former?: FormerParts | null;
  /** Tells people from pictures of people; absent when the liveness policy is `off`. */
  liveness?: { live(picture: I420Frame, faces: readonly Detection[]): Promise<number[]> } | null;
  /** A random integer from 0 to n − 1 from a cryptographic source, for drawing challenges. */
  random: (n: number) => number;
  /** The face of a sighting as a picture file. Absent when snapshots are not kept: then none is ever made. */
  crop?: ((picture: I420Frame, face: Detection) => Uint8Array) | null;
  /** Monotonic ms; only differences are used. */
  now: () => number;
}

/** Recognizes people whose templates are of the former model pack, in faces as the pack in use detects them. */
export interface FormerParts {
  embed(picture: I420Frame, faces: readonly Detection[]): Promise<Float32Array[]>;
  /** Like `FrameParts.search`, in the former pack's gallery; similarities are on the scale of the pack in use. */
  search(embeddings: readonly Float32Array[], limit: number): Match[][];
}

export interface CheckInResult {
  purpose: 'check-in';
  observation: Observation;
  sightings: Sighting[];
  /** Sightings of one of two look-alikes. */
  pairs: PairSighting[];
  /** Why faces were not let in. */
  decisions: FaceDecision[];
  /** A mistake of ours in the explanation of a face; what was decided about it holds. */
  unexplained?: string;
  tracks: CameraTracks;
}

export interface EnrollmentResult {
  purpose: 'enrollment';
  capture: Capture;
}

/** A confirmed face of this picture, before anything was compared. */
interface SeenFace {
  track: Track;
  pose: Pose;
  measures: Quality;
  /** Whether a comparison may count as evidence of who this is; during a challenge it may not. */
  isEvidence: boolean;
  /** Whether it shows that the person wants to be seen, as the door asks for it. */
  wishes: boolean;
  /** What the face is worth to `chooseForEmbedding` and `weigh`, 0..1. */
  quality: number;
}

/** What the models and galleries say about the chosen faces, in the order of the faces. */
interface Comparison {
  matches: Match[][];
  /** Passive liveness, 0..1; undefined when liveness is off. */
  live: number[] | undefined;
  /** Monotonic ms. */
  embedded: number;
  searched: number;
}

/** A face after its evidence was weighed. */
interface WeighedFace extends SeenFace {
  /** Null when the face was not compared in this picture. */
  matches: Match[] | null;
  /** Who the evidence says this is, as of this picture; a challenge may still hold it back. */
  sighting: EvidenceSighting | null;
}

/**
 * Detect → observe (track and judge) → choose → compare (embed and search) → weigh → decide.
 * Rejects when a model does.
 */
export async function analyzeCheckIn(
  picture: I420Frame,
  job: CheckInJob,
  parts: FrameParts,
): Promise<CheckInResult> {
  const { engine, now } = parts;
  const start = now();
  const detections = inZone(await engine.detect(picture, job.minFace), picture, job.zone);
  const detected = now();

  const { state, seen } = advance(job.tracks, detections, job.at, job.trackPolicy);
  const failed = failedChallenges(job.tracks, state, job.at);
  const judged = seen.map((track) => observe(picture, track, engine, job.evidencePolicy));
  const { faces: observed, surroundings } = addWishes(
    { before: job.tracks, after: state, faces: judged },
    picture,
    job.wish ?? { policy: null, clock: 0 },
  );
  const chosen = chooseForEmbedding(observed, job.at, job.evidencePolicy, EMBEDDING_BUDGET);
  const tracked = now();

  const comparison = await compare(picture, chosen, job, parts);
  const sightings: Sighting[] = [];
  const pairs: PairSighting[] = [];
  const { decisions, faults } = leftBehind(state, job);
  const faces: WeighedFace[] = [];
  const tracks = new Map<number, Track>();
  const sighted = new Set<string>();
  for (const face of observed) {
    const turn = chosen.indexOf(face.track);
    const weighed = weighFace(face, turn, comparison, job, parts);
    const decided = decide(weighed, failed, job, parts.random);
    const live = turn === -1 ? null : (comparison.live?.[turn] ?? null);
    const { track, why, other, fault } = explainFrame(weighed, decided, live, job);
    if (fault !== undefined) faults.push(fault);
    faces.push({ ...weighed, track });
    tracks.set(track.id, track);
    if (other && why) decisions.push(decisionOf(track.id, { ...other, why }, job));
    if (!decided.sighting) continue;
    sighted.add(subjectOf(decided.sighting));
    const found = sightingOf({ track, sighting: decided.sighting, why }, picture, job, parts.crop);
    if ('people' in found) pairs.push(found);
    else sightings.push(found);
  }
  return {
    purpose: 'check-in',
    sightings,
    pairs,
    decisions,
    ...(faults[0] !== undefined && { unexplained: faults[0] }),
    tracks: {
      ...state,
      tracks: state.tracks.map((track) => tracks.get(track.id) ?? track),
      failed: failed.filter(({ subject }) => !sighted.has(subject)),
      ...(surroundings && { surroundings }),
    },
    observation: {
      type: 'observation',
      camera: job.cameraId,
      frame: job.frame,
      width: picture.width,
      height: picture.height,
      faces: faces.map((face) => observedFace(face, picture, job)),
      timings: {
        wait: hundredths(job.wait),
        detect: hundredths(detected - start),
        track: hundredths(tracked - detected),
        embed: hundredths(comparison.embedded - tracked),
        search: hundredths(comparison.searched - comparison.embedded),
        total: hundredths(job.wait + now() - start),
      },
      ...(job.readTimecode && { timecode: readTimecode(picture) }),
    },
  };
}

function inZone(
  detections: Detection[],
  { width, height }: Pick<I420Frame, 'width' | 'height'>,
  zone: Zone | null | undefined,
): Detection[] {
  if (!zone) return detections;
  return detections.filter((face) =>
    isInZone(zone, [(face.x + face.width / 2) / width, (face.y + face.height / 2) / height]),
  );
}

/** Judges a face. One that is turned for a challenge is worth an embedding only for the challenge, not as evidence. */
function observe(
  picture: I420Frame,
  track: Track,
  engine: FaceEngine,
  policy: EvidencePolicy,
): Omit<SeenFace, 'wishes'> {
  const { quality: measures, pose } = engine.judge(picture, track.face);
  const isEvidence = isComparable(track, pose, policy);
  const forChallenge = needsComparison(track) ? 1 : 0;
  const quality = isEvidence ? evidenceQuality(measures, pose, policy) : forChallenge;
  return { track, pose, measures, isEvidence, quality };
}

/** Embeds the chosen faces with the pack in use, and with the former one where the job asks for it, and searches. */
async function compare(
  picture: I420Frame,
  chosen: readonly Track[],
  job: CheckInJob,
  { engine, search, former, liveness, now }: FrameParts,
): Promise<Comparison> {
  if (chosen.length === 0) {
    const at = now();
    return { matches: [], live: undefined, embedded: at, searched: at };
  }
  const faces = chosen.map(({ face }) => face);
  const also = job.former ? former : null;
  const embeddings = await engine.embed(picture, faces);
  const formerEmbeddings = (await also?.embed(picture, faces)) ?? [];
  const live = await liveness?.live(picture, faces);
  const embedded = now();
  const current = await search(embeddings, MATCHES);
  const matches = mergeMatches(current, also?.search(formerEmbeddings, MATCHES) ?? [], MATCHES);
  return { matches, live, embedded, searched: now() };
}

/** Adds this picture to the track's evidence. `turn`: the face's place among the compared ones, −1 if it is not one. */
function weighFace(
  face: SeenFace,
  turn: number,
  comparison: Comparison,
  job: CheckInJob,
  { lookAlikes = NOBODY }: FrameParts,
): WeighedFace {
  const matches = turn === -1 ? null : (comparison.matches[turn] ?? []);
  if (!matches || !face.isEvidence) return { ...face, matches, sighting: null };
  const track = askAgain(face.track);
  const { evidence, sighting } = weigh(
    track.evidence,
    {
      at: job.at,
      quality: face.quality,
      matches,
      lookAlikes: areLookAlikes(matches, lookAlikes),
      live: comparison.live?.[turn] ?? null,
      planar: planarMotion(face.track.motion),
    },
    job.evidencePolicy,
  );
  const depth = attribute(track.depth ?? openDepth(), matches[0], job.evidencePolicy.holdThreshold);
  return { ...face, track: { ...track, evidence, depth }, matches, sighting };
}

/** Lets a sighting out, or holds it back until the person wants to be seen, and then behind a challenge. */
function decide(
  { track: weighed, pose, matches, sighting: found, wishes }: WeighedFace,
  failed: readonly FailedChallenge[],
  job: CheckInJob,
  random: FrameParts['random'],
): { track: Track; sighting: EvidenceSighting | null } {
  const { track, sighting } = applyWish(weighed, found, wishes, job.evidencePolicy);
  const about = sighting && subjectOf(sighting);
  const before = failed.find(({ subject }) => subject === about)?.challenge;
  return applyGate(
    track,
    { at: job.at, pose, matches, sighting, failed: before },
    job.evidencePolicy,
    random,
  );
}

/** The sighting as the server gets it, with the picture of the face where snapshots are kept. */
function sightingOf(
  {
    track: { id: track, face },
    sighting,
    why,
  }: { track: Track; sighting: EvidenceSighting; why: DecisionSummary | null },
  picture: I420Frame,
  { run, cameraId, at }: CheckInJob,
  crop: FrameParts['crop'],
): Sighting | PairSighting {
  const { or, ...one } = sighting;
  const id = sightingId({ run, cameraId }, track, subjectOf(sighting));
  const common = { id, cameraId, track, at, ...(why && { why }), ...(crop && { crop: crop(picture, face) }) };
  if (!or) return { ...common, ...one };
  const { personId, similarity, margin, frames, live } = one;
  return { ...common, people: [{ personId, similarity, margin }, or], frames, live };
}

/** Detect → judge the largest faces → embed the largest of all. Rejects when a model does. */
export async function analyzeEnrollment(
  picture: I420Frame,
  job: EnrollmentJob,
  { engine, former, liveness }: Pick<FrameParts, 'engine' | 'former' | 'liveness'>,
): Promise<EnrollmentResult> {
  const detections = await engine.detect(picture, job.minFace);
  const largest = detections
    .toSorted((a, b) => b.width * b.height - a.width * a.height)
    .slice(0, CAPTURE_FACES);
  const [first] = largest;
  const [embedding] = first ? await engine.embed(picture, [first]) : [];
  const [formerEmbedding] = first && job.former && former ? await former.embed(picture, [first]) : [];
  const [live] = (first && (await liveness?.live(picture, [first]))) ?? [];
  const faces = largest.map((face): CapturedFace => {
    const { quality, pose } = engine.judge(picture, face);
    return { box: boxOf(face, picture), landmarks: landmarksOf(face, picture), pose, quality };
  });
  // Copies, because sending a view into a larger buffer would clone the whole buffer.
  if (faces[0] && embedding) faces[0].embedding = embedding.slice();
  if (faces[0] && first) faces[0].points = (first.brows ?? first.landmarks).slice();
  if (faces[0] && live !== undefined) faces[0].live = live;
  if (faces[0] && formerEmbedding) faces[0].formerEmbedding = formerEmbedding.slice();
  return {
    purpose: 'enrollment',
    capture: {
      cameraId: job.cameraId,
      frame: job.frame,
      at: job.at,
      width: picture.width,
      height: picture.height,
      faces,
    },
  };
}

function sightingId(
  { run, cameraId }: Pick<CheckInJob, 'run' | 'cameraId'>,
  track: number,
  subject: string,
): string {
  return `${run}/${cameraId}/${track}/${subject}`;
}

/** What the station shows of a face. */
function observedFace(
  { track, measures, pose, matches }: WeighedFace,
  picture: I420Frame,
  job: CheckInJob,
): ObservedFace {
  const { id, face, evidence } = track;
  const policy = job.evidencePolicy;
  const gate = gateState(track, track.at, policy);
  const state = gate?.state ?? waitingState(track) ?? faceState(evidence, measures, pose, policy);
  const known = state === 'recognized' && evidence.personId !== null;
  const subject = subjectIn(evidence);
  const similarity = matches?.[0]?.similarity ?? (known ? evidence.similarity : undefined);
  const live = known && policy.liveness !== 'off' ? judgeLiveness(livenessOf(evidence), policy).score : null;
  return {
    track: id,
    box: boxOf(face, picture),
    landmarks: landmarksOf(face, picture),
    state,
    ...(known &&
      evidence.personId !== null && {
        personId: evidence.personId,
        sighting: sightingId(job, id, evidence.personId),
      }),
    ...(state === 'one-of-two' &&
      evidence.pair &&
      subject !== null && {
        oneOf: [evidence.pair.people[0].personId, evidence.pair.people[1].personId] as const,
        sighting: sightingId(job, id, subject),
      }),
    ...(similarity !== undefined && { similarity }),
    ...(gate?.challenge && { challenge: gate.challenge }),
    ...(live !== null && { live: Math.round(live * 100) / 100 }),
  };
}

/** Rounded to 1/10,000 of the picture: finer than any drawn pixel, and a third of the size as JSON. */
const fraction = (pixels: number, size: number) => Math.round((pixels / size) * 10_000) / 10_000;

const hundredths = (ms: number) => Math.round(ms * 100) / 100;

function boxOf({ x, y, width, height }: Detection, picture: I420Frame): Box {
  return [
    fraction(x, picture.width),
    fraction(y, picture.height),
    fraction(width, picture.width),
    fraction(height, picture.height),
  ];
}

function landmarksOf({ landmarks }: Detection, picture: I420Frame): Landmarks {
  const point = (i: number) =>
    [
      fraction(landmarks[2 * i] ?? 0, picture.width),
      fraction(landmarks[2 * i + 1] ?? 0, picture.height),
    ] as const;
  return [point(0), point(1), point(2), point(3), point(4)];
}
