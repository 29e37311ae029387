import { describe, expect, it } from 'vitest';
import type { Place } from '../protocol/face.ts';
import { openEvidence } from './evidence.ts';
import { evidencePolicy } from './policy.ts';
import { thresholds } from './thresholds.test-support.ts';
import { emptyTracks } from './tracker.ts';
import type { Evidence, EvidenceSighting, Track } from './types.ts';
import { addWishes, applyWish, knowing, thingsOf, waitingState } from './wish-gate.ts';
import { wishPolicies } from './wish-policy.ts';

const policy = evidencePolicy(thresholds, '1e-4');
const sighting: EvidenceSighting = {
  personId: 'ada',
  similarity: 0.7,
  margin: 0.5,
  frames: 3,
  live: null,
};

function track(evidence: Partial<Evidence> = {}, more: Partial<Track> = {}): Track {
  const face = {
    x: 100,
    y: 100,
    width: 100,
    height: 120,
    score: 0.9,
    landmarks: new Float32Array([130, 140, 170, 140, 150, 160, 135, 190, 165, 190]),
  };
  return {
    id: 1,
    face,
    velocity: { x: 0, y: 0, scale: 0 },
    firstSeen: 0,
    lastSeen: 0,
    at: 0,
    hits: 2,
    evidence: { ...openEvidence(), ...evidence },
    motion: [],
    ...more,
  };
}

const named: Partial<Evidence> = {
  state: 'recognized',
  personId: 'ada',
  similarity: 0.8,
  margin: 0.6,
  agreeing: 5,
  sighted: ['ada'],
};

describe('a sighting at a door that asks for the wish to be seen', () => {
  it('a sighting of a person who wishes it leaves at once', () => {
    expect(applyWish(track(named), sighting, true, policy)).toEqual({ track: track(named), sighting });
  });

  it('a sighting waits, and leaves once with the evidence of the picture that shows the wish', () => {
    const held = applyWish(track(named), sighting, false, policy);
    expect(held).toEqual({ track: track(named, { waiting: 'ada' }), sighting: null });
    const still = applyWish(held.track, null, false, policy);
    expect(still).toEqual(held);
    const released = applyWish(still.track, null, true, policy);
    expect(released.sighting).toEqual({ ...sighting, similarity: 0.8, margin: 0.6, frames: 5 });
    expect(applyWish(released.track, null, true, policy).sighting).toBeNull();
  });

  it.each<[string, Partial<Evidence>]>([
    ['takes the face for somebody else', { ...named, personId: 'bob' }],
    ['is no longer sure', { state: 'looking', sighted: ['ada'] }],
    ['takes the face for a picture', { state: 'not-live', sighted: ['ada'] }],
  ])('a waiting sighting is dropped when the evidence %s, and may be made again', (_, evidence) => {
    const { track: after, sighting: left } = applyWish(
      track(evidence, { waiting: 'ada' }),
      null,
      true,
      policy,
    );
    expect(left).toBeNull();
    expect(after).not.toHaveProperty('waiting');
    expect(after.evidence.sighted).toEqual([]);
  });

  it('another person in the same track does not inherit the wait', () => {
    const other = { ...sighting, personId: 'bob' };
    const evidence = { ...named, personId: 'bob', sighted: ['ada', 'bob'] };
    const { track: after, sighting: left } = applyWish(
      track(evidence, { waiting: 'ada' }),
      other,
      true,
      policy,
    );
    expect(left).toEqual(other);
    expect(after.evidence.sighted).toEqual(['bob']);
  });
});

describe('the faces of one picture', () => {
  const picture = { width: 640, height: 480 };
  const pose = { yaw: 0, pitch: 0, roll: 0 };
  const look = (before = emptyTracks(), faces = [track()], clock = 0, asked = wishPolicies.kiosk) =>
    addWishes(
      { before, after: { nextId: 2, tracks: faces }, faces: faces.map((face) => ({ track: face, pose })) },
      picture,
      { policy: asked, clock },
    );

  it('every face may be sighted where the door asks for nothing, and nothing is remembered', () => {
    const { faces, surroundings } = look(emptyTracks(), [track()], 0, null);
    expect(faces).toEqual([{ track: track(), pose, wishes: true }]);
    expect(surroundings).toBeUndefined();
  });

  /** Its face hangs still for more than a minute. */
  function hung() {
    const first = look();
    const state = { nextId: 2, tracks: [first.faces[0]!.track], surroundings: first.surroundings! };
    const { faces, surroundings } = look(state, state.tracks, 64_000);
    return { ...state, tracks: [faces[0]!.track], surroundings: surroundings! };
  }

  /** Whether a face shows the wish in its second picture at a camera that was watched before. */
  function wishesLater(things: readonly Place[], x = 0) {
    const known = knowing(emptyTracks(), things);
    const landmarks = track().face.landmarks.map((v) => v + x);
    const first = look(known, [track({}, { face: { ...track().face, landmarks } })], 0);
    const again = { ...known, tracks: [first.faces[0]!.track], surroundings: first.surroundings! };
    return look(again, again.tracks, 100).faces[0]!.wishes;
  }

  it('a face that hung still is remembered for the next stream of the camera', () => {
    expect(hung().tracks[0]!.wish!.moved).toBe(false);
    const things = thingsOf(hung())!;
    expect(things).toEqual([
      { x: expect.any(Number) as number, y: expect.any(Number) as number, height: 0.25 },
    ]);
    expect(wishesLater(things)).toBe(false);
    expect(wishesLater(things, 60)).toBe(true);
  });

  it('a person who stands motionless when the analyzer of a known camera is replaced shows the wish at once', () => {
    expect(wishesLater([])).toBe(true);
  });

  it('a camera is not known before it has run for a minute', () => {
    const { faces, surroundings } = look();
    const state = { nextId: 2, tracks: [faces[0]!.track], surroundings: surroundings! };
    expect(thingsOf(state)).toBeUndefined();
    expect(thingsOf({ ...state, surroundings: look(state, [], 62_900).surroundings! })).toBeUndefined();
    expect(thingsOf({ ...state, surroundings: look(state, [], 63_000).surroundings! })).toEqual([]);
    expect(thingsOf(emptyTracks())).toBeUndefined();
  });

  it('a face that waits is asked to step up, or to look at the camera if it is near', () => {
    const waits = (height: number, yaw: number) => {
      const face = { ...track().face, height };
      const { faces } = addWishes(
        {
          before: emptyTracks(),
          after: { nextId: 2, tracks: [] },
          faces: [{ track: track({}, { face, waiting: 'ada' }), pose: { ...pose, yaw } }],
        },
        picture,
        { policy: wishPolicies.kiosk, clock: 0 },
      );
      return waitingState(faces[0]!.track);
    };
    expect(waits(50, 0)).toBe('seen');
    expect(waits(50, 50)).toBe('seen');
    expect(waits(120, 50)).toBe('look-at-camera');
    expect(waitingState(track())).toBeNull();
  });

  it('a face that hung still and is lost from view is remembered', () => {
    expect(look(hung(), [], 66_000).surroundings!.things).toHaveLength(1);
  });
});
