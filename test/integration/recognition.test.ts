/** Real faces and real models: a guided capture, a gallery, and recognition at a station. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  analyzeCheckIn,
  analyzeEnrollment,
  type CheckInResult,
} from '../../server/analyzer/analyze-frame.ts';
import { TemplateStore } from '../../server/biometrics/template-store.ts';
import { enrollmentPolicy } from '../../server/enrollment/policy.ts';
import {
  acceptCapture,
  isAcceptable,
  missingBins,
  openSession,
  type EnrollmentSession,
} from '../../server/enrollment/enrollment-session.ts';
import { buildTemplates } from '../../server/enrollment/template.ts';
import { POSE_BINS } from '#protocol/face.ts';
import { mergeInput } from '#protocol/people-merge.ts';
import { GalleryReader, SharedGallery } from '../../server/recognition/gallery.ts';
import { evidencePolicy, trackPolicy } from '../../server/recognition/policy.ts';
import { emptyTracks } from '../../server/recognition/tracker.ts';
import { createEngine } from '../../server/vision/engine.ts';
import { loadPack, type ModelPack } from '../../server/vision/pack.ts';
import type { FaceEngine } from '../../server/vision/types.ts';
import { readFrames } from '../fixtures/frames.ts';
import { clips } from '../fixtures/pictures.ts';
import { openDataServices } from '../support/data-services.ts';

const FPS = 10;
const START = 1_700_000_000_000;
const size = { width: 640, height: 480, fps: FPS };

let pack: ModelPack;
let engine: FaceEngine;

beforeAll(async () => {
  pack = await loadPack('faceplugin');
  engine = await createEngine(pack, path.resolve('models/cache'));
});
afterAll(() => engine?.close());

function job(frame: number) {
  const at = START + (frame * 1_000) / FPS;
  return { cameraId: 'door', frame, at, wait: 0, minFace: 0.08, readTimecode: false };
}

/** Plays a clip to an enrollment camera. */
async function capture(file: string, from: number, to: number) {
  const policy = enrollmentPolicy({
    thresholds: pack.thresholds,
    far: '1e-4',
    requiredBins: 3,
    timeout: 90_000,
    asks: false,
  });
  let session: EnrollmentSession = openSession(START, policy);
  let frame = 0;
  for await (const picture of readFrames(file, { ...size, from, to })) {
    const analyzed = await analyzeEnrollment(picture, { ...job(frame++), purpose: 'enrollment' }, { engine });
    session = acceptCapture(session, analyzed.capture, policy);
  }
  const missing = missingBins(session, policy);
  return {
    session,
    acceptable: isAcceptable(session, policy),
    full: POSE_BINS.filter((b) => !missing.includes(b)),
  };
}

/** Plays a clip to a station. */
async function visit(file: string, from: number, to: number, gallery: SharedGallery) {
  const reader = new GalleryReader(gallery.share());
  const parts = {
    engine,
    search: (embeddings: readonly Float32Array[], limit: number) => reader.search(embeddings, limit),
    random: () => 0,
    now: () => performance.now(),
  };
  const rules = {
    purpose: 'check-in' as const,
    trackPolicy: trackPolicy(FPS),
    evidencePolicy: evidencePolicy(pack.thresholds, '1e-4'),
    run: 'run',
  };
  let tracks = emptyTracks();
  const results: CheckInResult[] = [];
  for await (const picture of readFrames(file, { ...size, from, to })) {
    const result = await analyzeCheckIn(picture, { ...job(results.length), ...rules, tracks }, parts);
    ({ tracks } = result);
    results.push(result);
  }
  return {
    results,
    sightings: results.flatMap((r) => r.sightings),
    faces: results.flatMap((r) => r.observation.faces),
  };
}

describe('recognition of man A, who turns his head in one clip', () => {
  const gallery = SharedGallery.create({ length: 512, capacity: 64 });

  it('the turning head fills the front bin and the four side bins', async () => {
    const { session, acceptable, full } = await capture(clips.cap12.file, 18, 26);
    expect(full).toEqual(expect.arrayContaining(['front', 'left', 'right', 'up', 'down']));
    expect(acceptable).toBe(true);
    expect(session.restarts).toBe(0);
    const embeddings = buildTemplates(session.samples).map(({ embedding }) => embedding);
    gallery.upsert({ personId: 'man-a', embeddings });
  });

  it('man A is recognized in another clip, sighted once, and keeps his track and name', async () => {
    const { results, sightings, faces } = await visit(clips.cap13.file, 0, 12, gallery);
    expect(sightings).toHaveLength(1);
    expect(sightings[0]).toMatchObject({ personId: 'man-a', cameraId: 'door' });
    expect(sightings[0]!.similarity).toBeGreaterThan(0.75);
    // The second frame that shows him, the first that his track is confirmed in.
    expect(sightings[0]!.at).toBe(START + 1_000 / FPS);
    expect(new Set(faces.map((face) => face.track)).size).toBe(1);
    expect(new Set(faces.slice(1).map((face) => face.state))).toEqual(new Set(['recognized']));
    // One embedding in three seconds is all that this costs from then on.
    const embedded = results.filter((r) => r.observation.timings.embed > 1).length;
    expect(embedded).toBeLessThan(10);
  });

  it('man B stays unknown while only man A is enrolled', async () => {
    const { sightings, faces } = await visit(clips.franck.file, 0, 12, gallery);
    expect(sightings).toEqual([]);
    expect(faces.some((face) => face.state === 'unknown')).toBe(true);
    expect(faces.some((face) => face.personId !== undefined)).toBe(false);
  });

  it('men A and B are each recognized as themselves when both are enrolled', async () => {
    const { session } = await capture(clips.franck.file, 0, 8);
    expect(session.samples.get('front')).toHaveLength(3);
    const embeddings = buildTemplates(session.samples).map(({ embedding }) => embedding);
    gallery.upsert({ personId: 'man-b', embeddings });
    const who = async (file: string, from: number) => {
      const { sightings } = await visit(file, from, from + 4, gallery);
      return sightings.map((s) => s.personId);
    };
    expect(await who(clips.franck.file, 60)).toEqual(['man-b']);
    expect(await who(clips.cap13.file, 4)).toEqual(['man-a']);
  });
});

it('after a merge, the face of the record that is gone is recognized as the person whose record stays', async () => {
  const services = await openDataServices();
  try {
    const { database, personKeys, consentTexts, log } = services;
    const { contract } = pack;
    const store = new TemplateStore({ database, personKeys, consentTexts, log, contract });
    const gallery = SharedGallery.create({ length: 512, capacity: 64 });
    // As an analyzer follows it.
    store.on('gallery.changed', ({ personId, entry }) =>
      entry ? gallery.upsert(entry) : gallery.remove(personId),
    );
    const [stays, goes] = [await services.addConsentedPerson(), await services.addConsentedPerson()];
    const { session } = await capture(clips.cap12.file, 18, 26);
    const by = { accountId: await services.accountId() };
    await store.replace(goes.id, { contract, templates: buildTemplates(session.samples), by });
    const who = async () =>
      (await visit(clips.cap13.file, 4, 8, gallery)).sightings.map(({ personId }) => personId);
    expect(await who()).toEqual([goes.id]);
    const { version } = await services.peopleMerge.preview(stays.id, goes.id);
    await services.peopleMerge.merge(
      stays.id,
      mergeInput.parse({ goes: goes.id, version, reason: 'Enrolled twice' }),
      by,
    );
    for (const { id } of [goes, stays]) await store.publish(id);
    expect(await who()).toEqual([stays.id]);
  } finally {
    await services.close();
  }
});

it('an enrollment in which man B replaces man A starts over with B', async () => {
  const policy = enrollmentPolicy({
    thresholds: pack.thresholds,
    far: '1e-4',
    requiredBins: 3,
    timeout: 90_000,
    asks: false,
  });
  let session = openSession(START, policy);
  let frame = 0;
  for (const file of [clips.cap12.file, clips.franck.file]) {
    for await (const picture of readFrames(file, { ...size, from: 1, to: 3 })) {
      const analyzed = await analyzeEnrollment(
        picture,
        { ...job(frame++), purpose: 'enrollment' },
        { engine },
      );
      session = acceptCapture(session, analyzed.capture, policy);
    }
  }
  expect(session.restarts).toBe(1);
});
