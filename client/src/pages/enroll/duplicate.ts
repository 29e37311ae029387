import { msg } from '@lit/localize';
import { detailsOf, type ErrorDetails } from '#protocol/error.ts';
import type { ClientError } from '../../session/client-error.ts';

type Duplicate = Pick<ErrorDetails['duplicate-face'], 'displayName' | 'similarity'>;

/** The person that a `duplicate-face` error names. */
export function duplicateOf(error: ClientError): Duplicate {
  return (
    detailsOf(error, 'duplicate-face') ?? {
      displayName: msg('Someone who is already enrolled'),
      similarity: 0,
    }
  );
}
