import type { ClientError } from '../../session/client-error.ts';

/** Whom a `duplicate-face` error names, for the operator. Its details are public data of the server's choosing. */
export function duplicateOf(error: ClientError): { name: string; note: string } {
  const person = record(error.details['person']) ?? error.details;
  const name = text(person['displayName']) ?? text(person['name']) ?? 'Somebody who is enrolled already';
  const number = text(person['number']);
  const { similarity } = error.details;
  const parts = [
    number && `Employee number ${number}`,
    typeof similarity === 'number' && `similarity ${similarity.toFixed(2)}`,
  ];
  return { name, note: parts.filter(Boolean).join(' · ') };
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
