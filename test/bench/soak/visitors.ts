/** The people of the fixtures, as pictures that cost nothing to show again: at the desk, and before a door. */
import { readFrame, readFrames } from '../../fixtures/frames.ts';
import { clips, stills, type StillName } from '../../fixtures/pictures.ts';
import type { I420Frame } from '../../../server/vision/types.ts';

export interface Visitor {
  number: string;
  givenName: string;
  familyName: string;
  /** Shown to and fro. */
  desk: readonly I420Frame[];
  door: readonly I420Frame[];
}

export const DOOR = { width: 480, height: 360, fps: 5 };
const DESK = { width: 640, height: 480, fps: 10 };
/** Pictures of an empty corridor, in which something moves. */
const EMPTY = 12;

/** Two people who move, then two of whom there is a photograph. */
export async function loadVisitors(): Promise<Visitor[]> {
  const film = async (file: string, size: typeof DOOR, from: number, to: number) => {
    const pictures: I420Frame[] = [];
    for await (const picture of readFrames(file, { ...size, from, to })) pictures.push(picture);
    return pictures;
  };
  const photographed = async (number: string, still: StillName, givenName: string, familyName: string) => {
    const { file } = stills[still];
    return {
      number,
      givenName,
      familyName,
      desk: [await readFrame(file, { ...DESK, fit: 'contain' })],
      door: [await readFrame(file, { ...DOOR, fit: 'contain' })],
    };
  };
  return [
    {
      number: '1',
      givenName: 'Alan',
      familyName: 'Adams',
      desk: await film(clips.cap12.file, DESK, 19, 31),
      door: await film(clips.cap13.file, DOOR, 0, 6),
    },
    {
      number: '2',
      givenName: 'Bob',
      familyName: 'Brown',
      desk: await film(clips.franck.file, DESK, 95, 105),
      door: await film(clips.franck.file, DOOR, 62, 68),
    },
    await photographed('3', 'audrey', 'Audrey', 'Archer'),
    await photographed('4', 'connery', 'Sean', 'Smith'),
  ];
}

/** The picture of a film at a running number, forwards and backwards, so that it has no cut. */
export function pictureAt(film: readonly I420Frame[], n: number): I420Frame {
  const last = film.length - 1;
  const at = last === 0 ? 0 : n % (2 * last);
  return film[at <= last ? at : 2 * last - at]!;
}

/** A gray corridor with a bar that moves. */
export function emptyCorridor({ width, height } = DOOR): I420Frame[] {
  return Array.from({ length: EMPTY }, (_, n) => {
    const data = new Uint8Array((width * height * 3) / 2).fill(128);
    const left = Math.floor((n * (width - 40)) / EMPTY);
    for (let y = height / 2; y < height / 2 + 40; y += 1)
      data.fill(90, y * width + left, y * width + left + 40);
    return { data, width, height };
  });
}
