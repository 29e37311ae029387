/** Gallery chain: what a change of the gallery means for the faces in view. */
import { reopen } from '../recognition/evidence.ts';
import { isOf } from '../recognition/look-alike-evidence.ts';
import type { CameraTracks, Track } from '../recognition/types.ts';

/** From the next picture on, no face in view carries the name of a removed person. */
export function forgetPerson(state: CameraTracks, personId: string): CameraTracks {
  const known = {
    ...state,
    tracks: state.tracks.map((track) => (traces(track, personId) ? { ...track, trace: undefined } : track)),
  };
  return reopenWhere(
    known,
    ({ evidence }) =>
      evidence.personId === personId || evidence.candidate === personId || isOf(evidence.pair, personId),
  );
}

/**
 * Call after a person was added or changed: faces in view without a name are compared again at once instead of at the
 * next re-verification, so that a new enrollment works at a camera the person is already standing at.
 */
export function lookAgain(state: CameraTracks): CameraTracks {
  return reopenWhere(state, ({ evidence }) => evidence.state === 'unknown');
}

function traces({ trace }: Track, personId: string): boolean {
  return (
    trace !== undefined && (personId in trace.named || trace.samples.some((one) => one.personId === personId))
  );
}

function reopenWhere(state: CameraTracks, concerned: (track: Track) => boolean): CameraTracks {
  return {
    ...state,
    tracks: state.tracks.map((track) =>
      concerned(track) ? { ...track, evidence: { ...reopen(track.evidence), lastChecked: 0 } } : track,
    ),
  };
}
