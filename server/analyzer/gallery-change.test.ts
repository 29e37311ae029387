import { describe, expect, it } from 'vitest';
import { openEvidence } from '../recognition/evidence.ts';
import type { CameraTracks, Evidence } from '../recognition/types.ts';
import { forgetPerson, lookAgain } from './gallery-change.ts';

const face = { x: 0, y: 0, width: 10, height: 10, score: 1, landmarks: new Float32Array(10) };

function tracks(...evidence: Partial<Evidence>[]): CameraTracks {
  return {
    nextId: evidence.length + 1,
    tracks: evidence.map((e, i) => ({
      id: i + 1,
      face,
      velocity: { x: 0, y: 0, scale: 0 },
      firstSeen: 0,
      lastSeen: 0,
      at: 0,
      hits: 3,
      evidence: { ...openEvidence(), lastChecked: 500, ...e },
      motion: [],
    })),
  };
}

const known = (personId: string) => ({ state: 'recognized' as const, personId, sighted: [personId] });
const states = (state: CameraTracks) => state.tracks.map((t) => t.evidence.state);

describe('forgetPerson and lookAgain', () => {
  it('a removed person loses the name on the faces in view, and no other face does', () => {
    const before = tracks(known('ann'), known('bob'), { candidate: 'ann', agreeing: 2 });
    const after = forgetPerson(before, 'ann');
    expect(states(after)).toEqual(['looking', 'recognized', 'looking']);
    expect(after.tracks[0]!.evidence).toMatchObject({ personId: null, sighted: ['ann'], lastChecked: 0 });
    expect(after.tracks[1]).toBe(before.tracks[1]);
    expect(after.tracks[2]!.evidence).toMatchObject({ candidate: null, agreeing: 0 });
    expect(states(before)).toEqual(['recognized', 'recognized', 'looking']);
  });

  it('strangers in view are due for comparison at once when a person is added', () => {
    const after = lookAgain(tracks({ state: 'unknown' }, known('bob'), {}));
    expect(states(after)).toEqual(['looking', 'recognized', 'looking']);
    expect(after.tracks.map((t) => t.evidence.lastChecked)).toEqual([0, 500, 500]);
  });
});
