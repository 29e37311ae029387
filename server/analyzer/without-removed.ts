import type { ObservedFace } from '../protocol/results.ts';
import type { CheckInResult } from './analyze-frame.ts';

/** All that may name somebody. */
type Named = Pick<CheckInResult, 'observation' | 'sightings' | 'pairs' | 'decisions'>;

/**
 * The result of a picture without the people who were removed from the gallery while it was being analyzed: from the
 * moment of a removal, nothing that leaves the analyzer names the person.
 */
export function withoutRemoved(
  { observation, sightings, pairs, decisions }: Named,
  isKnown: (personId: string) => boolean,
): Named {
  return {
    observation: {
      ...observation,
      faces: observation.faces.map((face) =>
        [face.personId ?? [], face.oneOf ?? []].flat().every(isKnown) ? face : unnamed(face),
      ),
    },
    sightings: sightings.filter(({ personId }) => isKnown(personId)),
    decisions: decisions.filter(({ people }) => people.every(isKnown)),
    pairs: pairs.filter(({ people }) => people.every(({ personId }) => isKnown(personId))),
  };
}

function unnamed({ track, box, landmarks }: ObservedFace): ObservedFace {
  return { track, box, landmarks, state: 'looking' };
}
