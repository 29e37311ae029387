import { MusterError } from '../protocol/error.ts';
import { type Method, type Request, requestEnvelope, requestSchemas } from '../protocol/signaling.ts';
import { isStorable } from '../protocol/storable.ts';

/** The ID of an error reply to a message without a readable ID. The IDs of requests begin with 0. */
export const NO_ID = -1;

export type ParsedRequest = { request: Request } | { id: number; error: MusterError };

/**
 * Turns a message from outside into a request; this happens only here. Otherwise returns an error with the ID of the
 * message, if it has one: `bad-request` for a message that is not JSON or not `{ id, method, data }`, `unknown-method` for
 * an unknown method, `validation-failed` for data that does not match the method. Missing data counts as `{}`. Pure; never
 * throws.
 */
export function parseRequest(text: string): ParsedRequest {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { id: NO_ID, error: new MusterError('bad-request', 'A message must be one JSON object.') };
  }
  const envelope = requestEnvelope.safeParse(message);
  if (!envelope.success) {
    return {
      id: readableId(message),
      error: new MusterError('bad-request', 'A request must be { id, method, data }.', {
        faults: faults(envelope.error.issues),
      }),
    };
  }
  const { id, method, data } = envelope.data;
  if (!isMethod(method)) {
    return { id, error: new MusterError('unknown-method', 'There is no such method.') };
  }
  const parsed = requestSchemas[method].safeParse(data ?? {});
  if (!parsed.success) {
    return {
      id,
      error: new MusterError('validation-failed', `The data of "${method}" is not valid.`, {
        faults: faults(parsed.error.issues),
      }),
    };
  }
  if (!isStorable(parsed.data)) {
    return {
      id,
      error: new MusterError(
        'validation-failed',
        `The data of "${method}" contains characters that cannot be stored.`,
      ),
    };
  }
  // The method selected the schema, which the compiler cannot conclude from the table.
  return { request: { id, method, data: parsed.data } as Request };
}

function isMethod(method: string): method is Method {
  return Object.hasOwn(requestSchemas, method);
}

function readableId(message: unknown): number {
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : NO_ID;
}

/** The first few faults only, so that a message with thousands of faults does not get an equally long answer. */
function faults(issues: readonly { path: PropertyKey[]; message: string }[]) {
  return issues
    .slice(0, 8)
    .map((issue) => ({ path: issue.path.map(String).join('.').slice(0, 128), message: issue.message }));
}
