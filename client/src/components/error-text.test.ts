import { describe, expect, it } from 'vitest';
import { ClientError } from '../session/client-error.ts';
import { errorText } from './error-text.ts';

const conflict = (message: string, fault?: string) =>
  new ClientError({
    code: 'conflict',
    message,
    retryable: false,
    ...(fault !== undefined && { faults: [{ path: 'id', message: fault }] }),
  });

describe('what a reader is told about an error that belongs to no field', () => {
  it('a fault that has a text says more than the sentence for callers of the API', () => {
    expect(errorText(conflict('id is in a rota.', 'is in a rota'))).toBe(
      'A rota uses this shift. Remove it there first.',
    );
  });

  it('a sentence that has a text comes first', () => {
    expect(errorText(conflict('There is no such person.', 'is in a rota'))).toBe(
      'This person no longer exists.',
    );
  });

  it('a fault without a text leaves the sentence of the server', () => {
    expect(errorText(conflict('id is odd.', 'is odd'))).toBe('id is odd.');
  });
});
