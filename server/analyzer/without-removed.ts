import type { ObservedFace } from '../protocol/results.ts';
import type { CheckInResult } from './analyze-frame.ts';

/**
 * The result of a picture without the people who were removed from the gallery while it was being analyzed: from the
 * moment of a removal, nothing that leaves the analyzer names the person.
 */
export function withoutRemoved(
  { observation, sightings }: Pick<CheckInResult, 'observation' | 'sightings'>,
  isKnown: (personId: string) => boolean,
): Pick<CheckInResult, 'observation' | 'sightings'> {
  return {
    observation: {
      ...observation,
      faces: observation.faces.map((face) =>
        face.personId === undefined || isKnown(face.personId) ? face : unnamed(face),
      ),
    },
    sightings: sightings.filter(({ personId }) => isKnown(personId)),
  };
}

function unnamed({ track, box, landmarks }: ObservedFace): ObservedFace {
  return { track, box, landmarks, state: 'looking' };
}
