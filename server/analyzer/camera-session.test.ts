import { describe, expect, it } from 'vitest';
import type { Place } from '../protocol/face.ts';
import type { Zone } from '../protocol/zone.ts';
import { evidencePolicy, trackPolicy } from '../recognition/policy.ts';
import { thresholds } from '../recognition/thresholds.test-support.ts';
import { emptyTracks } from '../recognition/tracker.ts';
import { wishPolicies } from '../recognition/wish-policy.ts';
import type { CheckInJob, CheckInResult } from './analyze-frame.ts';
import { CameraSession } from './camera-session.ts';
import { i420Bytes } from './frame-slot.ts';

const picture = { data: new Uint8Array(i420Bytes(8, 4)), width: 8, height: 4 };

function session(
  purpose: 'check-in' | 'enrollment' = 'check-in',
  formerNeeded = () => false,
  things?: readonly Place[],
) {
  return new CameraSession({
    watch: { cameraId: 'door', purpose, rate: 5, minFace: 0.1 },
    evidencePolicy: () => evidencePolicy(thresholds, '1e-4'),
    formerNeeded,
    readTimecode: false,
    things,
  });
}

function result(job: CheckInJob, nextId: number, faces = 0): CheckInResult {
  return {
    purpose: 'check-in',
    sightings: [],
    pairs: [],
    decisions: [],
    tracks: { ...emptyTracks(), nextId },
    observation: {
      type: 'observation',
      camera: job.cameraId,
      frame: job.frame,
      width: 8,
      height: 4,
      faces: Array.from({ length: faces }, (_, i) => ({
        track: i,
        box: [0, 0, 1, 1],
        landmarks: [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        state: 'looking',
      })),
      timings: { wait: 0, detect: 0, track: 0, embed: 0, search: 0, total: 0 },
    },
  };
}

const bump = (t: { nextId: number }) => ({ ...emptyTracks(), nextId: t.nextId + 100 });

const checkIn = (begun: ReturnType<CameraSession['begin']>) => begun!.job as CheckInJob;

describe('CameraSession', () => {
  it('a new zone or rate applies to the next picture that is lent', () => {
    const camera = session();
    camera.picture(picture, 1, 1);
    expect(checkIn(camera.begin(1))).toMatchObject({ zone: null, trackPolicy: trackPolicy(5) });
    camera.end(null);
    const zone: Zone = [
      [0, 0],
      [1, 0],
      [0, 1],
    ];
    camera.set({ minFace: 0.1, zone, rate: 10 });
    camera.picture(picture, 2, 2);
    expect(checkIn(camera.begin(2))).toMatchObject({ zone, trackPolicy: trackPolicy(10) });
    camera.end(null);
    camera.set({ minFace: 0.1, zone: null });
    camera.picture(picture, 3, 3);
    expect(checkIn(camera.begin(3))).toMatchObject({ zone: null, trackPolicy: trackPolicy(10) });
  });

  it('a camera session uses a new smallest face size and what its door asks for from the next picture on and keeps its tracks', () => {
    const door = session();
    door.picture(picture, 1_000, 10);
    const first = checkIn(door.begin(14));
    door.set({ minFace: 0.3, wish: 'kiosk' });
    door.end(result(first, 7));
    door.picture(picture, 1_100, 20);
    const second = checkIn(door.begin(24));
    expect([first.minFace, second.minFace]).toEqual([0.1, 0.3]);
    expect([first.wish, second.wish]).toEqual([
      { policy: null, clock: 10 },
      { policy: wishPolicies.kiosk, clock: 20 },
    ]);
    expect(second.tracks.nextId).toBe(7);
  });

  it('a camera session reports what hangs in front of its camera once it is known, and again when it has changed', () => {
    const door = session();
    const poster = { x: 0.5, y: 0.5, height: 0.2 };
    const show = (at: number, things: readonly Place[]) => {
      door.picture(picture, at, at);
      const job = checkIn(door.begin(at));
      const { tracks, ...rest } = result(job, 1);
      door.end({ ...rest, tracks: { ...tracks, surroundings: { since: 0, at, things } } });
      return door.changedThings();
    };
    expect(show(10_000, [poster])).toBeNull();
    expect(show(70_000, [poster])).toEqual([poster]);
    expect(show(71_000, [poster])).toBeNull();
    expect(show(72_000, [])).toEqual([]);
  });

  it('a camera session that follows another one begins with the things of that one and does not report them again', () => {
    const things = [{ x: 0.5, y: 0.5, height: 0.2 }];
    const door = session('check-in', () => false, things);
    expect(door.changedThings()).toBeNull();
    door.picture(picture, 1_000, 10);
    expect(checkIn(door.begin(14)).tracks.surroundings).toEqual({ since: -Infinity, at: -Infinity, things });
  });

  it('a camera session passes the tracks with each job and stores the ones that come back', () => {
    const door = session();
    expect(door.begin(0)).toBeNull();
    door.picture(picture, 1_000, 10);
    const first = checkIn(door.begin(14));
    expect(first).toMatchObject({ cameraId: 'door', purpose: 'check-in', at: 1_000, wait: 4, minFace: 0.1 });
    expect(first.tracks.nextId).toBe(1);
    door.end(result(first, 7));
    door.picture(picture, 1_100, 110);
    expect(checkIn(door.begin(110)).tracks.nextId).toBe(7);
  });

  it('a camera session keeps its tracks when a picture could not be analyzed, and lends the next picture', () => {
    const door = session();
    door.picture(picture, 0, 0);
    door.end(result(checkIn(door.begin(0)), 7));
    door.picture(picture, 0, 0);
    door.begin(0);
    door.end(null);
    door.picture(picture, 0, 0);
    expect(checkIn(door.begin(0)).tracks.nextId).toBe(7);
  });

  it('applies a gallery change at once, or when the tracks that are out come back', () => {
    const door = session();
    door.change(bump);
    door.picture(picture, 0, 0);
    const out = checkIn(door.begin(0));
    expect(out.tracks.nextId).toBe(101);
    door.change(bump);
    door.end(result(out, 5));
    door.picture(picture, 0, 0);
    const next = checkIn(door.begin(0));
    expect(next.tracks.nextId).toBe(105);
    door.end(result(next, 6));
    door.picture(picture, 0, 0);
    expect(checkIn(door.begin(0)).tracks.nextId).toBe(6);
  });

  it('a camera session gives each watch of a camera a new run id and keeps picture numbers rising', () => {
    const [one, two] = [session(), session()];
    for (const s of [one, two]) s.picture(picture, 0, 0);
    const [a, b] = [checkIn(one.begin(0)), checkIn(two.begin(0))];
    expect(a.run).not.toBe(b.run);
    expect(b.frame).toBeGreaterThanOrEqual(a.frame);
    one.end(null);
    one.picture(picture, 0, 0);
    one.picture(picture, 0, 0);
    expect(checkIn(one.begin(0)).frame).toBe(a.frame + 2);
  });

  it('a camera session counts rates since the last call', () => {
    const door = session();
    for (let i = 0; i < 30; i += 1) {
      door.picture(picture, 0, 0);
      if (i % 3 === 0) door.end(result(checkIn(door.begin(0)), 1, 2));
    }
    expect(door.stats(2_000)).toEqual({
      cameraId: 'door',
      width: 8,
      height: 4,
      fpsIn: 15,
      fpsAnalyzed: 5,
      faces: 2,
      // The last two came after the last one that was lent: one waits, and the other one was replaced by it.
      pictures: { received: 30, analyzed: 10, skipped: 19, failed: 0 },
    });
    expect(door.stats(1_000)).toMatchObject({ fpsIn: 0, fpsAnalyzed: 0, width: 8 });
  });

  it('every picture of a camera session is analyzed, skipped, lost by a fault, or still waiting', () => {
    const door = session();
    door.picture(picture, 0, 0);
    door.picture(picture, 0, 0);
    door.begin(0);
    door.picture(picture, 0, 0);
    door.end(null);
    expect(door.stats(1_000).pictures).toEqual({ received: 3, analyzed: 0, skipped: 1, failed: 1 });
    const { job } = door.begin(0)!;
    door.end(result(checkIn({ job } as ReturnType<CameraSession['begin']>), 1, 0));
    expect(door.stats(1_000).pictures).toEqual({ received: 0, analyzed: 1, skipped: 0, failed: 0 });
  });

  it('a camera session passes no tracks with an enrollment job', () => {
    const booth = session('enrollment');
    booth.picture(picture, 0, 0);
    const { job } = booth.begin(0)!;
    expect(job.purpose).toBe('enrollment');
    expect(job).not.toHaveProperty('tracks');
  });

  it.each(['check-in', 'enrollment'] as const)(
    'a camera session reports with each %s picture whether the former pack is needed now',
    (purpose) => {
      let needed = true;
      const one = session(purpose, () => needed);
      one.picture(picture, 1, 1);
      expect(one.begin(2)?.job.former).toBe(true);
      one.end(null);
      needed = false;
      one.picture(picture, 3, 3);
      expect(one.begin(4)?.job.former).toBe(false);
    },
  );
});
