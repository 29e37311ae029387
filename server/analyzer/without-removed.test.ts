import { describe, expect, it } from 'vitest';
import type { FaceDecision, PairSighting, Sighting } from '../protocol/analyzer.ts';
import type { Observation, ObservedFace } from '../protocol/results.ts';
import { withoutRemoved } from './without-removed.ts';

const face = (track: number, personId?: string): ObservedFace => ({
  track,
  box: [0, 0, 1, 1],
  landmarks: [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  state: personId === undefined ? 'unknown' : 'recognized',
  ...(personId !== undefined && { personId, name: 'Somebody', similarity: 0.7 }),
});

const observation: Observation = {
  type: 'observation',
  camera: 'door',
  frame: 1,
  width: 640,
  height: 480,
  faces: [face(1, 'gone'), face(2, 'here'), face(3)],
  timings: { wait: 0, detect: 0, track: 0, embed: 0, search: 0, total: 0 },
};
const sighting = (personId: string) => ({ id: personId, personId }) as Sighting;
const pair = (...ids: [string, string]) =>
  ({ id: ids.join(), people: ids.map((personId) => ({ personId })) }) as unknown as PairSighting;
const decision = (...people: string[]) => ({ people }) as unknown as FaceDecision;
const ofTwo = (...oneOf: [string, string]): ObservedFace => ({ ...face(1), state: 'one-of-two', oneOf });

describe('withoutRemoved', () => {
  it('withoutRemoved leaves out a person who was removed meanwhile, and keeps everything else', () => {
    const sightings = [sighting('gone'), sighting('here')];
    const kept = withoutRemoved(
      { observation, sightings, pairs: [], decisions: [] },
      (personId) => personId !== 'gone',
    );
    expect(kept.sightings.map(({ personId }) => personId)).toEqual(['here']);
    expect(kept.observation.faces.map(({ state }) => state)).toEqual(['looking', 'recognized', 'unknown']);
    expect(JSON.stringify(kept.observation.faces[0])).not.toMatch(/gone|Somebody|similarity/);
    expect(kept.observation.faces.slice(1)).toEqual(observation.faces.slice(1));
  });

  it('a face that is one of two look-alikes is left out with either of them', () => {
    const kept = withoutRemoved(
      {
        observation: { ...observation, faces: [ofTwo('here', 'gone'), ofTwo('here', 'there')] },
        sightings: [],
        decisions: [decision('gone'), decision('here'), decision()],
        pairs: [pair('gone', 'here'), pair('here', 'gone'), pair('here', 'there')],
      },
      (personId) => personId !== 'gone',
    );
    expect(kept.pairs.map(({ id }) => id)).toEqual(['here,there']);
    expect(kept.decisions.map(({ people }) => people)).toEqual([['here'], []]);
    expect(kept.observation.faces.map(({ state }) => state)).toEqual(['looking', 'one-of-two']);
    expect(JSON.stringify(kept.observation.faces[0])).not.toMatch(/gone|here/);
  });
});
