/** Faults in a row while people pass, and the verdict at the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { dealt, Draw } from './draw.ts';
import { type Fault, FAULTS, type Lasting } from './kinds.ts';
import { judge, type Verdict } from './ledger.ts';
import { Scene } from './scene.ts';

export interface FaultsOptions {
  faults: number;
  seed: number;
  /** No fault lasts longer, ms. */
  longest: number;
  /** Only these kinds; by default all. */
  kinds?: readonly string[];
  log: (line: string) => void;
}

interface FaultOutcome {
  name: string;
  /** Until both doors recognized people again, ms; null if they did not. */
  recovered: number | null;
  /** Why the fault could not be made or mended. */
  failure: string | null;
}

export interface FaultsRun {
  outcomes: FaultOutcome[];
  /** The kinds that this machine cannot have, and why. */
  leftOut: { name: string; why: string }[];
  verdict: Verdict;
  /** How often the server ended although nobody had killed it. */
  endings: number;
}

export async function runFaults({ faults, seed, longest, kinds, log }: FaultsOptions): Promise<FaultsRun> {
  const scene = await Scene.open({ log });
  try {
    const asked = FAULTS.filter(({ name }) => kinds === undefined || kinds.includes(name));
    const leftOut: FaultsRun['leftOut'] = [];
    const possible: Fault[] = [];
    for (const fault of asked) {
      const why = (await fault.without?.(scene)) ?? null;
      if (why === null) possible.push(fault);
      else leftOut.push({ name: fault.name, why });
    }
    const draw = new Draw(seed);
    const outcomes: FaultOutcome[] = [];
    await scene.recognizedAgain(Date.now());
    for (const [i, fault] of dealt(possible, faults, draw).entries()) {
      const outcome = await suffer(scene, fault, draw, longest);
      outcomes.push(outcome);
      const seconds = outcome.recovered === null ? 'never' : `${(outcome.recovered / 1_000).toFixed(1)} s`;
      log(
        `${new Date().toISOString().slice(11, 23)} ${i + 1}/${faults} ${fault.name}: ${seconds}${outcome.failure ? `; ${outcome.failure}` : ''}`,
      );
    }
    return { outcomes, leftOut, verdict: judge(await scene.books()), endings: scene.endings };
  } finally {
    await scene.close();
  }
}

/** One fault, no longer than so many ms. People pass before, during and after it. */
export async function suffer(scene: Scene, fault: Fault, draw: Draw, longest: number): Promise<FaultOutcome> {
  const lasting: Lasting = (least, most) => draw.between(Math.min(least, longest), Math.min(most, longest));
  const passing = new AbortController();
  const people = scene.letPass(passing.signal);
  let failure: string | null = null;
  let since = Date.now();
  // Anywhere in the coming and going of people, also in the moment of a card.
  await sleep(draw.between(0, 4_000));
  try {
    since = await fault.act(scene, draw, lasting);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  } finally {
    passing.abort();
    await people;
  }
  return { name: fault.name, recovered: await scene.recognizedAgain(since), failure };
}
