/** What a change of the gallery means for the faces that are in view. */
import { reopen } from '../recognition/evidence.ts';
import type { CameraTracks, Track } from '../recognition/types.ts';

/** A removed person is nobody's name any more, from the next picture on. */
export function forgetPerson(state: CameraTracks, personId: string): CameraTracks {
  return reopenWhere(
    state,
    ({ evidence }) => evidence.personId === personId || evidence.candidate === personId,
  );
}

/**
 * Somebody was added or changed: whoever is in view without a name is looked at again at once, in place of at the
 * next re-verification, so that a fresh enrollment works at a camera that the person already stands at.
 */
export function lookAgain(state: CameraTracks): CameraTracks {
  return reopenWhere(state, ({ evidence }) => evidence.state === 'unknown');
}

function reopenWhere(state: CameraTracks, concerned: (track: Track) => boolean): CameraTracks {
  return {
    ...state,
    tracks: state.tracks.map((track) =>
      concerned(track) ? { ...track, evidence: { ...reopen(track.evidence), lastChecked: 0 } } : track,
    ),
  };
}
