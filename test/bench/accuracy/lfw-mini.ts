/** The open-set protocol: which photographs enroll each person, and which photographs are the probes. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { OpenSetScores } from './open-set.ts';

interface OpenSetPerson {
  name: string;
  /** Paths of the photographs that enroll the person, and of those that are searched for. */
  gallery: string[];
  probe: string[];
}

export interface OpenSet {
  people: OpenSetPerson[];
  /** Paths of photographs of other people, who are not enrolled. */
  strangers: string[];
}

const protocol = z.object({
  enrolled: z.record(z.string(), z.object({ gallery: z.array(z.string()), probe: z.array(z.string()) })),
  strangers: z.array(z.string()),
});

/** Whether the folder has this form: protocol.json, and images/NAME/FILE. */
export function isOpenSet(folder: string): boolean {
  return existsSync(path.join(folder, 'protocol.json'));
}

/** Reads at most the first `people` people, and at most as many strangers. */
export async function readOpenSet(folder: string, people = Infinity): Promise<OpenSet> {
  const { enrolled, strangers } = protocol.parse(
    JSON.parse(await readFile(path.join(folder, 'protocol.json'), 'utf8')),
  );
  const at = (...names: string[]) => path.join(folder, 'images', ...names);
  return {
    people: Object.entries(enrolled)
      .slice(0, people)
      .map(([name, { gallery, probe }]) => ({
        name,
        gallery: gallery.map((file) => at(name, file)),
        probe: probe.map((file) => at(name, file)),
      })),
    strangers: strangers.slice(0, people).map((file) => at(file)),
  };
}

export function filesOf({ people, strangers }: OpenSet): string[] {
  return [...people.flatMap(({ gallery, probe }) => [...gallery, ...probe]), ...strangers];
}

/** Compares a probe with the enrolled vectors of a person. A higher result is more similar. */
export type Compare = (probe: Float32Array, enrolled: readonly Float32Array[]) => number;

/**
 * @param vectorOf returns the vector of a file; null where no face was found
 * @param enroll turns the vectors of a person into those that probes are compared with; a person without vectors is
 *   never found
 */
export function scoreOpenSet(
  { people, strangers }: OpenSet,
  vectorOf: (file: string) => Float32Array | null,
  enroll: (vectors: readonly Float32Array[]) => readonly Float32Array[],
  compare: Compare,
): OpenSetScores {
  const enrolled = people.map(({ gallery }) => {
    const vectors = gallery.map(vectorOf).filter((vector) => vector !== null);
    return vectors.length === 0 ? [] : enroll(vectors);
  });
  const similarities = (file: string): number[] => {
    const probe = vectorOf(file);
    return enrolled.map((of) => (probe && of.length > 0 ? compare(probe, of) : Number.NEGATIVE_INFINITY));
  };
  return {
    known: people.flatMap(({ probe }, i) =>
      probe.map((file) => {
        const all = similarities(file);
        return { own: all[i]!, other: Math.max(...all.filter((_, k) => k !== i)) };
      }),
    ),
    strangers: strangers.map((file) => {
      const [best = Number.NEGATIVE_INFINITY, second = Number.NEGATIVE_INFINITY] = similarities(file).sort(
        (a, b) => b - a,
      );
      return { best, second };
    }),
  };
}
