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

const changed = (changedBy: string | null) =>
  errorText(
    new ClientError({
      code: 'precondition-failed',
      message: 'Someone else changed this in the meantime: reload it, look at the change, and try again.',
      retryable: false,
      details: { changedBy, changedAt: '2026-11-23T11:00:00.000Z' },
    }),
  );

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

  it('who changed the record in the meantime is named, and when', () => {
    expect(changed('Grace Hopper')).toMatch(/^Grace Hopper has changed this in the meantime \(Nov 23, 2026/);
    expect(changed(null)).toBe('Someone else changed this in the meantime. Reload the page and try again.');
  });

  it('a fault without a text leaves the sentence of the server', () => {
    expect(errorText(conflict('id is odd.', 'is odd'))).toBe('id is odd.');
  });
});
