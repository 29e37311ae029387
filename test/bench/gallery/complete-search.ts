/**
 * The search by its definition, for many probes at once: one matrix product in onnxruntime, the best template of each
 * person, the best people. Independent of the code that is measured.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface Nearest {
  /** Numbers of the people, most similar first. */
  people: number[];
  similarities: number[];
}

/** How many people are returned for each probe. */
export const NEAREST = 3;

/**
 * @param blocks [people × templates, length] each, all of the same size, in the order of the people
 * @param templates per person
 */
export async function completeSearch(
  blocks: readonly Float32Array[],
  { length, templates }: { length: number; templates: number },
  probes: readonly Float32Array[],
): Promise<Nearest[]> {
  const rows = blocks[0]!.length / length;
  const people = rows / templates;
  const session = await InferenceSession.create(network(rows, people, templates, length, probes.length), {
    executionProviders: ['cpu'],
  });
  try {
    const columns = new Float32Array(length * probes.length);
    for (const [p, probe] of probes.entries()) {
      for (let i = 0; i < length; i++) columns[i * probes.length + p] = probe[i]!;
    }
    const all: { person: number; similarity: number }[][] = probes.map(() => []);
    for (const [b, block] of blocks.entries()) {
      const { best, who } = await session.run({
        templates: new Tensor('float32', block, [rows, length]),
        probes: new Tensor('float32', columns, [length, probes.length]),
      });
      const similarities = best!.data as Float32Array;
      const numbers = who!.data as BigInt64Array;
      for (let n = 0; n < NEAREST; n++) {
        for (const [p, found] of all.entries()) {
          const at = n * probes.length + p;
          found.push({ person: b * people + Number(numbers[at]), similarity: similarities[at]! });
        }
      }
    }
    return all.map((found) => {
      const nearest = found.sort((x, y) => y.similarity - x.similarity).slice(0, NEAREST);
      return {
        people: nearest.map(({ person }) => person),
        similarities: nearest.map(({ similarity }) => similarity),
      };
    });
  } finally {
    await session.release();
  }
}

// ── The network, in the binary form of ONNX (onnx.proto3): only what is needed here ──────────────

function network(
  rows: number,
  people: number,
  templates: number,
  length: number,
  probes: number,
): Uint8Array {
  const node = (type: string, inputs: string[], outputs: string[], ...attributes: number[][]) =>
    message(1, [
      ...inputs.flatMap((name) => string(1, name)),
      ...outputs.flatMap((name) => string(2, name)),
      ...string(4, type),
      ...attributes.flatMap((attribute) => message(5, attribute)),
    ]);
  const integer = (name: string, value: number) => [
    ...string(1, name),
    ...number(3, value),
    ...number(20, 2),
  ];
  const integers = (name: string, ...values: number[]) => [
    ...string(1, name),
    ...values.flatMap((value) => number(8, value)),
    ...number(20, 7),
  ];
  const constant = (name: string, ...values: number[]) =>
    message(5, [
      ...number(1, values.length),
      ...number(2, 7),
      ...values.flatMap((value) => number(7, value)),
      ...string(8, name),
    ]);
  const port = (field: number, name: string, type: number, shape: number[]) =>
    message(field, [
      ...string(1, name),
      ...message(
        2,
        message(1, [
          ...number(1, type),
          ...message(
            2,
            shape.flatMap((size) => message(1, number(1, size))),
          ),
        ]),
      ),
    ]);
  const graph = [
    ...node('MatMul', ['templates', 'probes'], ['all']),
    ...node('Reshape', ['all', 'shape'], ['grouped']),
    ...node('ReduceMax', ['grouped'], ['persons'], integers('axes', 1), integer('keepdims', 0)),
    ...node('TopK', ['persons', 'k'], ['best', 'who'], integer('axis', 0)),
    ...string(2, 'complete-search'),
    ...constant('shape', people, templates, probes),
    ...constant('k', NEAREST),
    ...port(11, 'templates', 1, [rows, length]),
    ...port(11, 'probes', 1, [length, probes]),
    ...port(12, 'best', 1, [NEAREST, probes]),
    ...port(12, 'who', 7, [NEAREST, probes]),
  ];
  return Uint8Array.from([...number(1, 8), ...message(7, graph), ...message(8, number(2, 13))]);
}

function digits(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...digits(Math.floor(value / 0x80))];
}

function number(field: number, value: number): number[] {
  return [...digits(field * 8), ...digits(value)];
}

function message(field: number, content: readonly number[]): number[] {
  return [...digits(field * 8 + 2), ...digits(content.length), ...content];
}

function string(field: number, value: string): number[] {
  return message(field, [...new TextEncoder().encode(value)]);
}
