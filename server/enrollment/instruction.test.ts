import { describe, expect, it } from 'vitest';
import type { EnrollmentInstruction } from '../protocol/results.ts';
import { firstInstruction, instruct } from './instruction.ts';

const policy = { instructionHold: 800, instructionDelay: 300 };

/** The instruction shown at each of the frames, which are 100 ms apart. */
function show(frames: EnrollmentInstruction[]): EnrollmentInstruction[] {
  let state = firstInstruction('look-straight', 0);
  return frames.map((frame, i) => {
    state = instruct(state, frame, 100 * (i + 1), policy);
    return state.shown;
  });
}

const times = (n: number, what: EnrollmentInstruction) => Array.from({ length: n }, () => what);

describe('an instruction', () => {
  it('an instruction is not replaced by one that only single frames call for', () => {
    const frames = Array.from({ length: 40 }, (_, i): EnrollmentInstruction =>
      i % 2 ? 'too-dark' : 'too-blurred',
    );
    expect(new Set(show(frames))).toEqual(new Set(['look-straight']));
  });

  it('an instruction is replaced when all frames call for another one for a while', () => {
    expect(show(times(5, 'turn-left'))).toEqual([...times(3, 'look-straight'), ...times(2, 'turn-left')]);
  });

  it('an instruction stays long enough to be read', () => {
    const shown = show([...times(4, 'turn-left'), ...times(20, 'look-up')]);
    expect(shown.filter((s) => s === 'turn-left').length).toBe(8);
    expect(shown.at(-1)).toBe('look-up');
  });

  it.each(['done', 'face-changed'] as const)(
    'the instruction %s is shown immediately and stays',
    (urgent) => {
      const shown = show([...times(4, 'turn-left'), urgent, ...times(30, 'look-up')]);
      expect(shown[4]).toBe(urgent);
      expect(shown.filter((s) => s === urgent).length).toBe(20);
    },
  );
});
