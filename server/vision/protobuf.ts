/** As much of protocol buffers' binary form as it takes to change a network: fields that nobody asks for stay as they are. */

/** One field of a message. */
export interface Field {
  number: number;
  /** Of a length-delimited field: its content. Empty for others. */
  content: Uint8Array;
  /** Of a varint up to 2⁵³ − 1. 0 for others. */
  value: number;
  /** The whole field with its tag. */
  raw: Uint8Array;
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** The fields of a message, in their order. @throws Error if it is not a message */
export function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length;) {
    const start = at;
    const varint = () => {
      let value = 0;
      for (let factor = 1; ; factor *= 0x80) {
        const byte = message[at++];
        if (byte === undefined) throw new Error('a message of protocol buffers ends in a number');
        value += (byte & 0x7f) * factor;
        if (byte < 0x80) return value;
      }
    };
    const tag = varint();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    let content = new Uint8Array();
    let value = 0;
    if (wire === VARINT) value = varint();
    else if (wire === FIXED_64) at += 8;
    else if (wire === FIXED_32) at += 4;
    else if (wire === LENGTH_DELIMITED) {
      const length = varint();
      content = message.subarray(at, at + length) as Uint8Array<ArrayBuffer>;
      at += length;
    } else throw new Error(`protocol buffers have no field of type ${wire}`);
    if (at > message.length) throw new Error('a message of protocol buffers ends in a field');
    fields.push({ number, content, value, raw: message.subarray(start, at) });
  }
  return fields;
}

export function textOf({ content }: Field): string {
  return Buffer.from(content).toString('utf8');
}

/** A field of bytes, of text, or of a message that is made of these fields. */
export function bytesField(number: number, content: Uint8Array | string | readonly Uint8Array[]): Uint8Array {
  const bytes =
    typeof content === 'string'
      ? Buffer.from(content)
      : content instanceof Uint8Array
        ? content
        : Buffer.concat(content);
  return Buffer.concat([varintOf(number * 8 + LENGTH_DELIMITED), varintOf(bytes.length), bytes]);
}

export function varintField(number: number, value: number): Uint8Array {
  return Buffer.concat([varintOf(number * 8 + VARINT), varintOf(value)]);
}

function varintOf(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
    if (rest < 0x80) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 0x80) | 0x80);
  }
}
