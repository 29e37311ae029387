/** One onnxruntime session over one file of a pack. */
import { InferenceSession } from 'onnxruntime-node';
import type { Tensor } from 'onnxruntime-node';

export interface SessionOptions {
  /** Threads inside one inference. More sessions in more threads beat more threads in one session. */
  threads: number;
  /** Execution providers in order of preference. */
  providers: readonly string[];
}

/** A caller's own name of each output → the tensor's name in the file, or its place among the outputs. */
export type TensorNames = Readonly<Record<string, string | number>>;

/**
 * A network with one input and named outputs. `run` blocks this thread for the whole inference, whatever its
 * promise says.
 */
export class Network {
  readonly #session: InferenceSession;
  readonly #input: string;
  readonly #outputs: readonly (readonly [own: string, tensor: string])[];
  /** Whether the first dimension of the input is free. */
  readonly batches: boolean;

  private constructor(session: InferenceSession, input: string, outputs: TensorNames) {
    this.#session = session;
    this.#input = input;
    this.#outputs = Object.entries(outputs).map(([own, t]) => [own, nameOf(session, t)!]);
    const meta = session.inputMetadata.find((m) => m.name === input);
    this.batches = meta?.isTensor === true && !(Number(meta.shape[0]) > 0);
  }

  /** @throws Error where the file does not load, or has no input or output of these names. */
  static async open(
    path: string,
    input: string,
    outputs: TensorNames,
    options: SessionOptions,
  ): Promise<Network> {
    const session = await InferenceSession.create(path, {
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionProviders: [...options.providers],
      logSeverityLevel: 3,
    });
    const missing = [input].filter((n) => !session.inputNames.includes(n));
    for (const output of Object.values(outputs)) {
      if (nameOf(session, output) === undefined) missing.push(String(output));
    }
    if (missing.length > 0) {
      await session.release();
      throw new Error(`${path} has no tensor named ${missing.join(', ')}: the manifest is wrong`);
    }
    return new Network(session, input, outputs);
  }

  /** Output tensors by the manifest's names for them; they belong to the caller. */
  async run(input: Tensor): Promise<Record<string, Float32Array>> {
    const results = await this.#session.run({ [this.#input]: input });
    const named: Record<string, Float32Array> = {};
    for (const [own, tensor] of this.#outputs) named[own] = results[tensor]!.data as Float32Array;
    return named;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

function nameOf(session: InferenceSession, tensor: string | number): string | undefined {
  if (typeof tensor === 'number') return session.outputNames[tensor];
  return session.outputNames.includes(tensor) ? tensor : undefined;
}
