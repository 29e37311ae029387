import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Observation } from '#protocol/results.ts';
import { FaceBoard, STALE_AFTER } from './face-board.ts';

const timings = { wait: 0, detect: 0, track: 0, embed: 0, search: 0, total: 0 };

function observation(frame: number, ...tracks: number[]): Observation {
  return {
    type: 'observation',
    camera: 'c',
    frame,
    width: 1280,
    height: 720,
    timings,
    faces: tracks.map((track) => ({
      track,
      box: [0, 0, 0.1, 0.1],
      landmarks: [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      state: 'looking',
    })),
  };
}

const tracks = (board: FaceBoard) => board.board.value.faces.map((face) => face.track);

describe('FaceBoard', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('the board shows the faces of the newest observation', () => {
    const board = new FaceBoard();
    board.show(observation(1, 1));
    board.show(observation(2, 1, 2));
    expect(tracks(board)).toEqual([1, 2]);
  });

  it('an observation with an earlier frame number than the one shown is dropped', () => {
    const board = new FaceBoard();
    board.show(observation(9, 2));
    board.show(observation(8, 1));
    board.show(observation(9, 1));
    expect(tracks(board)).toEqual([2]);
  });

  it('an observation is shown when the frame numbers have started again', () => {
    const board = new FaceBoard();
    board.show(observation(5000, 1));
    board.show(observation(1, 2));
    expect(tracks(board)).toEqual([2]);
  });

  it('faces disappear when no new observation arrives in time', () => {
    const board = new FaceBoard();
    board.show(observation(1, 1));
    vi.advanceTimersByTime(STALE_AFTER - 1);
    expect(tracks(board)).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(tracks(board)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
