import type { ObservedFace } from '../protocol/results.ts';
import type { CheckInResult } from './analyze-frame.ts';

/**
 * What a picture came to, less the people who were taken out of the gallery while it was being looked at: from the
 * moment of a removal nothing that is told names them.
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
