/**
 * Makes networks with PRelu faster on the CPU, where onnxruntime (1.30) runs it slowly: it brings each picture out of the
 * layout that its convolutions use and back, and does not vectorize the operator itself. That took more than half of the
 * time of an embedding. The same function is made of parts that stay in the layout:
 *
 *   PRelu(x) = s · x + (1 − s) · Relu(x)
 *
 * with a slope s for each channel; a product for each channel is a depthwise convolution of one pixel. Results differ
 * only in the last bits. Field numbers are those of onnx.proto3.
 */
import { bytesField, type Field, fieldsOf, textOf, varintField } from './protobuf.ts';

const GRAPH = 7;
const NODE = 1;
const INITIALIZER = 5;
const NODE_INPUT = 1;
const NODE_OUTPUT = 2;
const NODE_TYPE = 4;
const NODE_ATTRIBUTE = 5;
const TENSOR_DIMENSION = 1;
const TENSOR_TYPE = 2;
const TENSOR_FLOATS = 4;
const TENSOR_NAME = 8;
const TENSOR_RAW = 9;
const FLOAT = 1;
const ATTRIBUTE_INTEGER = 2;
const ATTRIBUTE_INTEGERS = 7;

/**
 * The network with every PRelu split whose slopes are constant, one a channel; the very same bytes if there is none.
 * @param model an ONNX file
 * @throws Error if it is not one
 */
export function splitPrelu(model: Uint8Array): Uint8Array {
  let split = 0;
  const parts = fieldsOf(model).map((field) => {
    if (field.number !== GRAPH) return field.raw;
    const graph = fieldsOf(field.content);
    const tensors = new Map(
      graph.filter(({ number }) => number === INITIALIZER).map(({ content }) => [nameOf(content), content]),
    );
    const fields = graph.flatMap((one) => {
      const parts = one.number === NODE ? partsOf(fieldsOf(one.content), tensors) : null;
      if (!parts) return [one.raw];
      split += 1;
      return parts;
    });
    return bytesField(GRAPH, fields);
  });
  return split === 0 ? model : Buffer.concat(parts);
}

/** What stands for this node, in its place, with the tensors of it; null if the node stays. */
function partsOf(node: readonly Field[], tensors: ReadonlyMap<string, Uint8Array>): Uint8Array[] | null {
  const of = (number: number) => node.filter((field) => field.number === number).map(textOf);
  if (of(NODE_TYPE)[0] !== 'PRelu') return null;
  const [[x, slope], [y]] = [of(NODE_INPUT), of(NODE_OUTPUT)];
  const tensor = slope === undefined ? undefined : tensors.get(slope);
  const slopes = tensor && slopesOf(fieldsOf(tensor));
  if (!slopes || x === undefined || y === undefined) return null;
  const channels = slopes.length;
  const name = (part: string) => `${y}/prelu/${part}`;
  const scaled = (part: string, input: string, weights: Float32Array) => [
    bytesField(INITIALIZER, weightsOf(name(`${part}-weights`), weights)),
    nodeOf('Conv', [input, name(`${part}-weights`)], name(part), [
      attribute('group', ATTRIBUTE_INTEGER, [varintField(3, channels)]),
      attribute('kernel_shape', ATTRIBUTE_INTEGERS, [varintField(8, 1), varintField(8, 1)]),
    ]),
  ];
  return [
    nodeOf('Relu', [x], name('relu'), []),
    ...scaled(
      'positive',
      name('relu'),
      slopes.map((s) => 1 - s),
    ),
    ...scaled('whole', x, slopes),
    nodeOf('Add', [name('whole'), name('positive')], y, []),
  ];
}

/** One slope a channel; null if the tensor is something else. */
function slopesOf(tensor: readonly Field[]): Float32Array | null {
  const dimensions = tensor
    .filter(({ number }) => number === TENSOR_DIMENSION)
    // Packed, or one by one.
    .flatMap(({ value, content }) => (content.length > 0 ? packed(content) : [value]));
  const [height, width] = dimensions.slice(-2);
  const channels = dimensions.at(-3);
  const outer = dimensions.slice(0, -3);
  const isPerChannel =
    dimensions.length >= 3 &&
    height === 1 &&
    width === 1 &&
    outer.every((size) => size === 1) &&
    outer.length <= 1;
  if (!isPerChannel || channels === undefined || channels < 2) return null;
  if (tensor.find(({ number }) => number === TENSOR_TYPE)?.value !== FLOAT) return null;
  const stored = tensor.find(({ number }) => number === TENSOR_RAW || number === TENSOR_FLOATS)?.content;
  if (stored?.length !== channels * 4) return null;
  return new Float32Array(Uint8Array.from(stored).buffer);
}

function packed(content: Uint8Array): number[] {
  // A list of varints is what the values of a message would be, without tags.
  const numbers: number[] = [];
  let value = 0;
  let factor = 1;
  for (const byte of content) {
    value += (byte & 0x7f) * factor;
    factor *= 0x80;
    if (byte < 0x80) {
      numbers.push(value);
      [value, factor] = [0, 1];
    }
  }
  return numbers;
}

function nameOf(tensor: Uint8Array): string {
  const name = fieldsOf(tensor).find(({ number }) => number === TENSOR_NAME);
  return name ? textOf(name) : '';
}

/** [channels, 1, 1, 1] float32. */
function weightsOf(name: string, weights: Float32Array): Uint8Array[] {
  return [
    ...[weights.length, 1, 1, 1].map((size) => varintField(TENSOR_DIMENSION, size)),
    varintField(TENSOR_TYPE, FLOAT),
    bytesField(TENSOR_NAME, name),
    bytesField(TENSOR_RAW, new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength)),
  ];
}

function nodeOf(type: string, inputs: readonly string[], output: string, attributes: readonly Uint8Array[]) {
  return bytesField(NODE, [
    ...inputs.map((input) => bytesField(NODE_INPUT, input)),
    bytesField(NODE_OUTPUT, output),
    bytesField(NODE_TYPE, type),
    ...attributes,
  ]);
}

function attribute(name: string, type: number, values: readonly Uint8Array[]): Uint8Array {
  return bytesField(NODE_ATTRIBUTE, [bytesField(1, name), ...values, varintField(20, type)]);
}
