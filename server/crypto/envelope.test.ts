import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EnvelopeError, open, seal } from './envelope.ts';

const key = randomBytes(32);
const plain = randomBytes(2048);
const context = ['template', 'person-1', 'pack@1/512', 'key-1'];

describe('an envelope', () => {
  it('an envelope opens with its key and context', () => {
    expect(open(key, seal(key, plain, context), context)).toEqual(plain);
  });

  it('an envelope is different each time and contains none of the plain bytes', () => {
    const first = seal(key, plain, context);
    expect(first).not.toEqual(seal(key, plain, context));
    expect(first.includes(plain.subarray(0, 16))).toBe(false);
  });

  it.each([
    ['another kind', ['key', 'person-1', 'pack@1/512', 'key-1']],
    ['another person', ['template', 'person-2', 'pack@1/512', 'key-1']],
    ['another model', ['template', 'person-1', 'pack@2/512', 'key-1']],
    ['another key id', ['template', 'person-1', 'pack@1/512', 'key-2']],
    ['one part less', ['template', 'person-1', 'pack@1/512']],
    ['the same letters cut elsewhere', ['template', 'person-', '1pack@1/512', 'key-1']],
  ])('an envelope does not open in the context of %s', (_, other) => {
    expect(() => open(key, seal(key, plain, context), other)).toThrow(EnvelopeError);
  });

  it('an envelope does not open with another key', () => {
    expect(() => open(randomBytes(32), seal(key, plain, context), context)).toThrow(EnvelopeError);
  });

  it('an envelope does not open when any single byte was changed', () => {
    const sealed = seal(key, plain.subarray(0, 20), context);
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i] = changed[i]! ^ 1;
      expect(() => open(key, changed, context), `byte ${i}`).toThrow(EnvelopeError);
    }
  });

  it('an envelope does not open when cut short', () => {
    const sealed = seal(key, plain, context);
    for (const length of [0, 1, 28, 29, sealed.length - 1]) {
      expect(() => open(key, sealed.subarray(0, length), context)).toThrow(EnvelopeError);
    }
  });
});
