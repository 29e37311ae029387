import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EnvelopeError } from '../crypto/envelope.ts';
import { MasterKey } from './master-key.ts';

describe('a master key', () => {
  const key = new MasterKey(randomBytes(32));
  const other = new MasterKey(randomBytes(32));

  it('a master key unwraps a key only in the context in which it was wrapped', () => {
    const dataKey = randomBytes(32);
    const wrapped = key.wrap(dataKey, ['person-1']);
    expect(key.unwrap(wrapped, ['person-1'])).toEqual(dataKey);
    expect(() => key.unwrap(wrapped, ['person-2'])).toThrow(EnvelopeError);
    expect(() => other.unwrap(wrapped, ['person-1'])).toThrow(EnvelopeError);
  });

  it('seals another master key so that only its own holder can open it', () => {
    const wrapped = key.wrapKey(other);
    expect(key.unwrapKey(wrapped, other.id).bytes()).toEqual(other.bytes());
    expect(() => other.unwrapKey(wrapped, other.id)).toThrow(EnvelopeError);
    expect(() => key.unwrapKey(wrapped, key.id)).toThrow(EnvelopeError);
  });

  it('derives a different key for each purpose', () => {
    expect(key.derive('a')).toEqual(key.derive('a'));
    expect(key.derive('a')).not.toEqual(key.derive('b'));
  });

  it('a master key must have 32 bytes', () => {
    expect(() => new MasterKey(randomBytes(16))).toThrow('32 bytes');
  });
});
