/** LFW's own protocol: a folder of photographs with pairs.txt, folds of same and different pairs. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ScoredPair } from './verification.ts';

interface Photograph {
  name: string;
  /** 1 for NAME_0001.jpg. */
  number: number;
}

export interface Pair {
  one: Photograph;
  two: Photograph;
  same: boolean;
}

export function isPairs(folder: string): boolean {
  return existsSync(path.join(folder, 'pairs.txt'));
}

/**
 * pairs.txt: a line "FOLDS PAIRS", then for each fold PAIRS lines "NAME I J" of one person and PAIRS lines
 * "NAME I NAME J" of two.
 * @throws Error that names the faulty line
 */
export function parsePairs(text: string): Pair[][] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [folds = 0, each = 0] = (lines[0] ?? '').trim().split(/\s+/).map(Number);
  if (!(folds >= 1) || !(each >= 1) || lines.length !== 1 + 2 * folds * each) {
    const pairs = Math.max(0, lines.length - 1);
    throw new Error(`pairs.txt has ${pairs} pairs, which contradicts its first line "${lines[0] ?? ''}"`);
  }
  return Array.from({ length: folds }, (_, fold) =>
    Array.from({ length: 2 * each }, (_unused, i) => {
      const at = 1 + fold * 2 * each + i;
      return parsePair(lines[at]!, i < each, at + 1);
    }),
  );
}

function parsePair(line: string, same: boolean, number: number): Pair {
  const words = line.trim().split(/\s+/);
  const [name = '', i = '', other = '', j = ''] = same ? [words[0], words[1], words[0], words[2]] : words;
  const pair = {
    one: { name, number: Number(i) },
    two: { name: other, number: Number(j) },
    same,
  };
  if (words.length !== (same ? 3 : 4) || !(pair.one.number >= 1) || !(pair.two.number >= 1)) {
    throw new Error(
      `pairs.txt, line ${number}: "${line}" is no pair of ${same ? 'one person' : 'two people'}`,
    );
  }
  return pair;
}

export interface LfwPairs {
  folds: Pair[][];
  fileOf: (photograph: Photograph) => string;
}

/** @throws Error where the photographs are neither in the folder nor in one folder below it. */
export async function readPairs(folder: string): Promise<LfwPairs> {
  const folds = parsePairs(await readFile(path.join(folder, 'pairs.txt'), 'utf8'));
  const below = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name));
  const { one } = folds[0]![0]!;
  const root = [folder, ...below].find((place) => existsSync(path.join(place, fileName(one))));
  if (root === undefined) throw new Error(`${folder} has no ${fileName(one)}, which its pairs.txt names`);
  return { folds, fileOf: (photograph) => path.join(root, fileName(photograph)) };
}

function fileName({ name, number }: Photograph): string {
  return path.join(name, `${name}_${String(number).padStart(4, '0')}.jpg`);
}

/** Each file once. */
export function filesOfPairs({ folds, fileOf }: LfwPairs): string[] {
  return [...new Set(folds.flat().flatMap(({ one, two }) => [fileOf(one), fileOf(two)]))];
}

/** Cosines; −1 where one of the two shows no face: such a pair counts as different. */
export function scorePairs(
  { folds, fileOf }: LfwPairs,
  vectorOf: (file: string) => Float32Array | null,
  similarity: (a: Float32Array, b: Float32Array) => number,
): ScoredPair[][] {
  return folds.map((fold) =>
    fold.map(({ one, two, same }) => {
      const [a, b] = [vectorOf(fileOf(one)), vectorOf(fileOf(two))];
      return { score: a && b ? similarity(a, b) : -1, same };
    }),
  );
}
