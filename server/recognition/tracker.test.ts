import { describe, expect, it } from 'vitest';
import type { Detection } from '../vision/types.ts';
import { openEvidence } from './evidence.ts';
import { defaultTrackPolicy as policy, trackPolicy } from './policy.ts';
import { advance, emptyTracks, MAX_FACES } from './tracker.ts';
import type { CameraTracks, Evidence, Track } from './types.ts';

interface Place {
  who: string;
  x: number;
  y?: number;
  size?: number;
}
/** The faces in view `ms` after the start. */
type Scene = (ms: number) => Place[];

/** Deterministic, roughly normal. */
function jitter(seed: number): () => number {
  let state = seed;
  const next = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  return () => next() + next() + next() + next() - 2;
}

function face({ x, y = 200, size = 100 }: Place, noise: () => number = () => 0): Detection {
  const s = size * (1 + 0.02 * noise());
  const [cx, cy] = [x + 0.02 * size * noise(), y + 0.02 * size * noise()];
  const landmarks = Float32Array.from(
    [-0.2, -0.1, 0.2, -0.1, 0, 0.1, -0.15, 0.3, 0.15, 0.3].map((v, i) => v * s + (i % 2 ? cy : cx)),
  );
  return { x: cx - s / 2, y: cy - s / 2, width: s, height: s, score: 0.9, landmarks };
}

const scenes = {
  // 3 face widths per second: at 2 frames per second the boxes are 150 px apart and do not touch.
  walk: ((ms) => [{ who: 'a', x: 100 + 0.3 * ms }]) as Scene,
  come: ((ms) => [{ who: 'a', x: 300, size: 40 * Math.exp(ms / 2_500) }]) as Scene,
  pace: ((ms) => [{ who: 'a', x: 400 + 150 * Math.sin(ms / 700) }]) as Scene,
  hidden: ((ms) => (ms > 2_000 && ms < 3_000 ? [] : [{ who: 'a', x: 300 + 0.05 * ms }])) as Scene,
  away: ((ms) => (ms > 2_000 && ms < 5_000 ? [] : [{ who: 'a', x: 300 }])) as Scene,
  flash: ((ms) => (ms === 500 ? [{ who: 'a', x: 300 }] : [])) as Scene,
  sway: ((ms) => [
    { who: 'a', x: 250 + 15 * Math.sin(ms / 300) },
    { who: 'b', x: 360 + 15 * Math.cos(ms / 400) },
  ]) as Scene,
  leave: ((ms) => [{ who: 'a', x: 250 }, ...(ms < 3_000 ? [{ who: 'b', x: 420 + 0.05 * ms }] : [])]) as Scene,
  // B is hidden by A while they are closer than 0.7 of a face, as a detector would see it.
  crossing:
    (speed: number): Scene =>
    (ms) => {
      const a = { who: 'a', x: 100 + speed * ms, size: 110 };
      const b = { who: 'b', x: 700 - speed * ms, size: 95 };
      return Math.abs(a.x - b.x) < 70 ? [a] : [a, b];
    },
};

interface Seen {
  at: number;
  /** Track ids by the person they were on. */
  ids: Map<string, number>;
}

/** Confirmed tracks that lasted for one frame only. */
function endedIds(before: CameraTracks, after: CameraTracks): number[] {
  return before.tracks
    .filter(({ id, hits }) => hits >= policy.confirmHits && after.tracks.every((track) => track.id !== id))
    .map(({ id }) => id);
}

/** Plays a scene to the tracker. */
function play(scene: Scene, { fps, ms, seed = 1 }: { fps: number; ms: number; seed?: number }) {
  const noise = jitter(seed);
  const start = 1_000_000;
  let state = emptyTracks();
  const seen: Seen[] = [];
  const ended: number[] = [];
  for (let i = 0; i * (1000 / fps) <= ms; i++) {
    const at = (i * 1000) / fps;
    const places = scene(at);
    const detections = places.map((place) => face(place, noise));
    const step = advance(state, detections, start + at, policy);
    ended.push(...endedIds(state, step.state));
    ({ state } = step);
    const ids = new Map<string, number>();
    for (const track of step.seen) {
      const j = detections.findIndex((d) => d.x === track.face.x && d.y === track.face.y);
      ids.set(places[j]!.who, track.id);
    }
    seen.push({ at, ids });
  }
  return { state, seen, ended };
}

function idsOf(seen: Seen[], who: string): Set<number> {
  return new Set(seen.flatMap(({ ids }) => ids.get(who) ?? []));
}

const RATES = [2, 3, 5, 10, 15, 30];

describe('advance: a face', () => {
  it.each(RATES)('a face keeps its id when it stands still, at %d frames per second', (fps) => {
    const { seen, ended } = play(() => [{ who: 'a', x: 300 }], { fps, ms: 10_000 });
    expect(idsOf(seen, 'a').size).toBe(1);
    expect(ended).toEqual([]);
    // Shown from the second detection on.
    expect(seen.map(({ ids }) => ids.has('a'))).toEqual(seen.map((_, i) => i > 0));
  });

  it.each(RATES)('a face keeps its id when it walks across, at %d frames per second', (fps) => {
    expect(idsOf(play(scenes.walk, { fps, ms: 4_000 }).seen, 'a').size).toBe(1);
  });

  it.each(RATES)('a face keeps its id when it comes closer, at %d frames per second', (fps) => {
    expect(idsOf(play(scenes.come, { fps, ms: 4_000 }).seen, 'a').size).toBe(1);
  });

  it.each(RATES)('a face keeps its id when it stops and turns back, at %d frames per second', (fps) => {
    expect(idsOf(play(scenes.pace, { fps, ms: 8_000 }).seen, 'a').size).toBe(1);
  });

  it.each(RATES)('a face keeps its id when it is hidden for a second, at %d frames per second', (fps) => {
    const { seen, ended } = play(scenes.hidden, { fps, ms: 5_000 });
    expect(idsOf(seen, 'a').size).toBe(1);
    expect(ended).toEqual([]);
  });

  it.each(RATES)(
    'a face gets a new id when it was away for longer than maxLost, at %d frames per second',
    (fps) => {
      const { seen, ended } = play(scenes.away, { fps, ms: 8_000 });
      expect(idsOf(seen, 'a').size).toBe(2);
      expect(ended).toEqual([1]);
    },
  );

  it('a face with a single detection is not shown, and its track is removed without being reported', () => {
    const { seen, state, ended } = play(scenes.flash, { fps: 10, ms: 2_000 });
    expect(idsOf(seen, 'a').size).toBe(0);
    expect(ended).toEqual([]);
    expect(state.tracks).toEqual([]);
  });

  it('a face gets a new id after maxAge without being lost from view', () => {
    let state = emptyTracks();
    let shown = 0;
    const ids = new Set<number>();
    for (let at = 0; at <= policy.maxAge + 2_000; at += 500) {
      const step = advance(state, [face({ who: 'a', x: 300 })], 1_000 + at, policy);
      ({ state } = step);
      shown += step.seen.length;
      step.seen.forEach((track) => ids.add(track.id));
    }
    expect([...ids]).toEqual([1, 2]);
    expect(shown).toBe((policy.maxAge + 2_000) / 500);
    expect(state.tracks[0]!.evidence).toEqual(openEvidence());
  });

  it.each([
    { what: 'the same face', width: 1, cleared: 'ana' },
    { what: 'a face of another size', width: 1.6, cleared: undefined },
  ])(
    'a face keeps a completed challenge beyond maxAge only if it is certainly the same face ($what: $cleared)',
    ({ width, cleared }) => {
      const found = face({ who: 'a', x: 300 });
      const before = advance(emptyTracks(), [found], 0, policy).state;
      const [track] = before.tracks;
      const old = { ...track!, hits: 9, cleared: 'ana', firstSeen: -policy.maxAge };
      const other = { ...found, width: found.width * width, height: found.height * width };
      const { state } = advance({ ...before, tracks: [old] }, [other], 100, policy);
      expect(state.tracks).toMatchObject([{ id: 2 }]);
      expect(state.tracks[0]!.cleared).toBe(cleared);
    },
  );
});

describe('advance: two faces', () => {
  it.each(
    [5, 10, 15, 30].flatMap((fps) =>
      [0.1, 0.2, 0.3].flatMap((speed) => [1, 2, 3].map((seed) => ({ fps, speed, seed }))),
    ),
  )('two faces keep their ids when they cross: %o', ({ fps, speed, seed }) => {
    const { seen } = play(scenes.crossing(speed), { fps, ms: 600 / speed, seed });
    expect([idsOf(seen, 'a').size, idsOf(seen, 'b').size]).toEqual([1, 1]);
    expect(idsOf(seen, 'a')).not.toEqual(idsOf(seen, 'b'));
  });

  it.each(RATES)('two faces never share an id side by side, at %d frames per second', (fps) => {
    const { seen } = play(scenes.sway, { fps, ms: 10_000 });
    expect([idsOf(seen, 'a').size, idsOf(seen, 'b').size]).toEqual([1, 1]);
    for (const { ids } of seen) expect(new Set(ids.values()).size).toBe(ids.size);
  });

  it.each(RATES)(
    'the face that stays keeps its id when the other face leaves, at %d frames per second',
    (fps) => {
      const { seen, ended } = play(scenes.leave, { fps, ms: 8_000 });
      expect(idsOf(seen, 'a').size).toBe(1);
      expect(ended).toEqual([...idsOf(seen, 'b')]);
    },
  );
});

const known = (over: Partial<Evidence> = {}): Evidence => ({
  ...openEvidence(),
  state: 'recognized',
  personId: 'ann',
  lastChecked: 1_900,
  sighted: ['ann'],
  ...over,
});

/** A track that has stood at x = 300 since 1 s, was last seen at 2 s and checked at 1.9 s. */
function standing(evidence = known()): CameraTracks {
  let state = emptyTracks();
  for (let at = 1_000; at <= 2_000; at += 100) {
    ({ state } = advance(state, [face({ who: 'a', x: 300 })], at, policy));
  }
  return { ...state, tracks: [{ ...state.tracks[0]!, evidence }] };
}

const after = (places: Place[], at: number, state = standing()): Track => {
  const track = advance(
    state,
    places.map((p) => face(p)),
    at,
    policy,
  ).seen.find((t) => t.id === 1);
  if (!track) throw new Error('the track was lost');
  return track;
};

describe('advance: doubt', () => {
  it.each([
    ['the next frame of a still face', [{ who: 'a', x: 302 }], 2_100, false],
    ['a face that was out of sight', [{ who: 'a', x: 302 }], 2_700, true],
    ['a face that jumped', [{ who: 'a', x: 375 }], 2_300, true],
    ['a face that is suddenly larger', [{ who: 'a', x: 300, size: 143 }], 2_100, true],
    [
      'a face with another one nearly as close',
      [
        { who: 'a', x: 285 },
        { who: 'b', x: 318, y: 205 },
      ],
      2_100,
      true,
    ],
    [
      'a face with another one at some distance',
      [
        { who: 'a', x: 300 },
        { who: 'b', x: 420 },
      ],
      2_100,
      false,
    ],
  ])('whether a track comes into doubt for %s', (name, places, at, doubtful) => {
    // Out of sight means that a frame in between did not show it.
    const state = name.includes('sight') ? advance(standing(), [], 2_300, policy).state : standing();
    expect(after(places, at, state).doubt).toBe(doubtful ? at : undefined);
  });

  it('doubt about a track lasts until the next embedding', () => {
    let { state } = advance(standing(), [face({ who: 'a', x: 375 })], 2_300, policy);
    ({ state } = advance(state, [face({ who: 'a', x: 376 })], 2_400, policy));
    expect(state.tracks[0]!.doubt).toBe(2_300);
    state = { ...state, tracks: [{ ...state.tracks[0]!, evidence: known({ lastChecked: 2_400 }) }] };
    ({ state } = advance(state, [face({ who: 'a', x: 376 })], 2_500, policy));
    expect(state.tracks[0]!.doubt).toBeUndefined();
  });

  it('a track that stays in doubt loses its name, and its person is not sighted a second time', () => {
    let { state } = advance(standing(), [face({ who: 'a', x: 375 })], 2_300, policy);
    for (let at = 2_400; at <= 2_300 + policy.forgetDoubtAfter; at += 100) {
      ({ state } = advance(state, [face({ who: 'a', x: 376 })], at, policy));
      expect(state.tracks[0]!.evidence.state).toBe('recognized');
    }
    ({ state } = advance(state, [face({ who: 'a', x: 376 })], 2_400 + policy.forgetDoubtAfter, policy));
    expect(state.tracks[0]!.evidence).toMatchObject({ state: 'looking', personId: null, sighted: ['ann'] });
  });

  it('a name that is not confirmed for a long time is dropped, even without doubt', () => {
    let state = standing();
    let at = 2_100;
    for (; at <= 1_900 + policy.forgetAfter; at += 100) {
      ({ state } = advance(state, [face({ who: 'a', x: 300 })], at, policy));
      expect(state.tracks[0]!.evidence.state).toBe('recognized');
    }
    ({ state } = advance(state, [face({ who: 'a', x: 300 })], at, policy));
    expect(state.tracks[0]!.evidence.state).toBe('looking');
  });
});

describe('advance over a long time', () => {
  it('advance never reuses ids, and its state does not grow', () => {
    const noise = jitter(9);
    let state = emptyTracks();
    const ended: number[] = [];
    const shown = new Set<number>();
    let most = 0;
    // A new face every two seconds, for a second and a half, among false detections.
    for (let i = 0; i < 100 * 20; i++) {
      const detections: Detection[] = [];
      if (i % 20 < 15) detections.push(face({ who: 'a', x: 200 + 3 * (i % 20) }, noise));
      if (i % 7 === 0) detections.push(face({ who: '?', x: 800 + 400 * noise(), y: 500, size: 30 }));
      const step = advance(state, detections, 1_000_000 + i * 100, { ...policy, maxLost: 400 });
      const over = endedIds(state, step.state);
      ({ state } = step);
      for (const id of over) {
        expect(ended).not.toContain(id);
        ended.push(id);
      }
      for (const { id } of step.seen) {
        expect(ended).not.toContain(id);
        shown.add(id);
      }
      most = Math.max(most, JSON.stringify(state).length);
    }
    expect(shown.size).toBeGreaterThanOrEqual(100);
    expect(state.nextId).toBeGreaterThan(Math.max(...shown));
    expect(state.tracks.length).toBeLessThan(6);
    expect(most).toBeLessThan(8_000);
  });

  it('advance limits the number of tracks in a crowded picture', () => {
    const many = Array.from({ length: 300 }, (_, i) => face({ who: 'x', x: 40 * i, size: 30 }));
    let state = emptyTracks();
    for (let at = 0; at < 500; at += 100) ({ state } = advance(state, many, 5_000 + at, policy));
    expect(state.tracks).toHaveLength(MAX_FACES);
  });

  it('advance ends all tracks when the clock is set back by an hour', () => {
    const first = advance(emptyTracks(), [face({ who: 'a', x: 300 })], 10_000_000, policy);
    const second = advance(first.state, [face({ who: 'a', x: 300 })], 10_000_100, policy);
    const back = advance(second.state, [face({ who: 'a', x: 300 })], 6_400_000, policy);
    expect(back.state.tracks.map(({ id }) => id)).toEqual([2]);
  });
});

describe('advance', () => {
  it('advance is pure, and its state survives a structured clone', () => {
    const detections = [face({ who: 'a', x: 300 }), face({ who: 'b', x: 600 })];
    const { state } = advance(emptyTracks(), detections, 1_000, policy);
    const before = structuredClone({ state, detections });
    const first = advance(state, detections, 1_100, policy);
    expect({ state, detections }).toEqual(before);
    expect(advance(structuredClone(state), detections, 1_100, policy)).toEqual(first);
  });

  it("advance keeps no view into the detector's buffers", () => {
    const buffer = new Float32Array(1_000);
    const detection = { ...face({ who: 'a', x: 300 }), landmarks: buffer.subarray(0, 10) };
    const { state } = advance(emptyTracks(), [detection], 1_000, policy);
    expect(state.tracks[0]!.face.landmarks.buffer.byteLength).toBe(40);
  });

  it('advance keeps the tracks of a camera that delivers one frame in two seconds', () => {
    let state = emptyTracks();
    for (let at = 0; at < 20_000; at += 2_000) {
      ({ state } = advance(state, [face({ who: 'a', x: 300 })], 1_000 + at, trackPolicy(0.5)));
    }
    expect(state.tracks.map(({ id, hits }) => [id, hits])).toEqual([[1, 10]]);
  });
});
