/** One onnxruntime session for one file of a pack. */
import { OperatorError } from '../operator-error.ts';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession, env } from 'onnxruntime-node';
import type { Tensor } from 'onnxruntime-node';

// Every fault is also thrown, and logged where it is caught. onnxruntime would print it to stderr a second time.
env.logLevel = 'fatal';

export interface SessionOptions {
  /** Threads inside one inference. More sessions in more threads are faster than more threads in one session. */
  threads: number;
  /** Execution providers in order of preference. Operators that none of them supports run on the CPU. */
  providers: readonly string[];
  /** Whether to record which provider runs each operator, until `ranOn` is called. */
  profile?: boolean;
  /** Called with each network that is opened. */
  onOpen?: (network: Network) => void;
  /** Makes the file of a network faster to run on the CPU; returns the same bytes where it cannot. */
  faster?: (model: Uint8Array) => Uint8Array;
}

/** The caller's own name of each output → the tensor's name in the file, or its index among the outputs. */
export type TensorNames = Readonly<Record<string, string | number>>;

/** How many operators ran, and how many of them on the CPU. */
export interface OperatorCounts {
  operators: number;
  onCpu: number;
}

/**
 * A network with one input and named outputs. `run` blocks this thread during the whole inference, although it returns
 * a promise.
 */
export class Network {
  readonly #session: InferenceSession;
  readonly #input: string;
  readonly #outputs: readonly (readonly [own: string, tensor: string])[];
  /** Folder of the profile that is being written; null if there is none. */
  #profile: string | null;
  /** Whether the first dimension of the input is free, so that several inputs can be run at once. */
  readonly batches: boolean;

  private constructor(
    session: InferenceSession,
    input: string,
    outputs: TensorNames,
    profile: string | null,
  ) {
    this.#session = session;
    this.#input = input;
    this.#outputs = Object.entries(outputs).map(([own, t]) => [own, nameOf(session, t)!]);
    this.#profile = profile;
    const meta = session.inputMetadata.find((m) => m.name === input);
    this.batches = meta?.isTensor === true && !(Number(meta.shape[0]) > 0);
  }

  /**
   * @throws OperatorError if the file has no input or output of these names
   * @throws Error if the file does not load
   */
  static async open(
    file: string,
    input: string,
    outputs: TensorNames,
    options: SessionOptions,
  ): Promise<Network> {
    // onnxruntime runs what a provider does not support on the CPU, and reports that only in a profile.
    const profile = options.profile ? await mkdtemp(path.join(os.tmpdir(), 'muster-profile-')) : null;
    let session: InferenceSession | undefined;
    try {
      session = await create(file, options, {
        intraOpNumThreads: options.threads,
        interOpNumThreads: 1,
        executionProviders: [...options.providers],
        logSeverityLevel: 4,
        ...(profile !== null && { enableProfiling: true, profileFilePrefix: path.join(profile, 'of') }),
      });
      const missing = [input].filter((n) => !session!.inputNames.includes(n));
      for (const output of Object.values(outputs)) {
        if (nameOf(session, output) === undefined) missing.push(String(output));
      }
      if (missing.length > 0) {
        throw new OperatorError(
          `${file} has no tensor named ${missing.join(', ')}. Correct the names in the manifest.`,
        );
      }
    } catch (error) {
      await session?.release();
      if (profile !== null) await rm(profile, { recursive: true, force: true });
      throw error;
    }
    const network = new Network(session, input, outputs, profile);
    options.onOpen?.(network);
    return network;
  }

  /** Runs the network. The output tensors, by the caller's names, belong to the caller. */
  async run(input: Tensor): Promise<Record<string, Float32Array>> {
    const results = await this.#session.run({ [this.#input]: input });
    const named: Record<string, Float32Array> = {};
    for (const [own, tensor] of this.#outputs) named[own] = results[tensor]!.data as Float32Array;
    return named;
  }

  /**
   * Ends the profile and returns where the operators of all runs so far were placed; null if there is no profile.
   * Operators that a provider has fused into one count as one.
   */
  async ranOn(): Promise<OperatorCounts | null> {
    const folder = this.#profile;
    if (folder === null) return null;
    this.#profile = null;
    this.#session.endProfiling();
    try {
      const [name] = await readdir(folder);
      const text = name === undefined ? '[]' : await readFile(path.join(folder, name), 'utf8');
      return countsOf(JSON.parse(text) as ProfileEvent[]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    await this.ranOn();
    await this.#session.release();
  }
}

/** A network that does not load once it was made faster is run as it is. */
async function create(
  file: string,
  { providers, faster }: SessionOptions,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  if (faster && providers.every((provider) => provider === 'cpu')) {
    try {
      const model = await readFile(file);
      const changed = faster(model);
      if (changed !== model) return await InferenceSession.create(changed, options);
    } catch {
      // What is wrong with the file is said below.
    }
  }
  return InferenceSession.create(file, options);
}

interface ProfileEvent {
  cat?: string;
  args?: { provider?: string };
}

/** In onnxruntime's profile, an event of category "Node" names the provider that ran it. */
function countsOf(events: readonly ProfileEvent[]): OperatorCounts {
  const ran = events.filter((e) => e.cat === 'Node' && e.args?.provider);
  const onCpu = ran.filter((e) => e.args?.provider === 'CPUExecutionProvider').length;
  return { operators: ran.length, onCpu };
}

function nameOf(session: InferenceSession, tensor: string | number): string | undefined {
  if (typeof tensor === 'number') return session.outputNames[tensor];
  return session.outputNames.includes(tensor) ? tensor : undefined;
}
