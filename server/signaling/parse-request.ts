import { MusterError } from '../protocol/error.ts';
import { type Method, type Request, requestEnvelope, requestSchemas } from '../protocol/signaling.ts';
import { isStorable } from '../protocol/storable.ts';

/** The id of an error reply to something that carried no readable id. Requests count from 0. */
export const NO_ID = -1;

export type ParsedRequest = { request: Request } | { id: number; error: MusterError };

/**
 * The one place where a message from outside becomes a request. A fault is told under the message's own id
 * where it has one: not JSON or no envelope, `bad-request`; a method that is not there, `unknown-method`;
 * data that is not the method's, `validation-failed`. Missing data counts as `{}`. Pure; never throws.
 */
export function parseRequest(text: string): ParsedRequest {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { id: NO_ID, error: new MusterError('bad-request', 'A message is one JSON object.') };
  }
  const envelope = requestEnvelope.safeParse(message);
  if (!envelope.success) {
    return {
      id: readableId(message),
      error: new MusterError('bad-request', 'A request is { id, method, data }.', {
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
      error: new MusterError('validation-failed', `The data of "${method}" are not as they should be.`, {
        faults: faults(parsed.error.issues),
      }),
    };
  }
  if (!isStorable(parsed.data)) {
    return {
      id,
      error: new MusterError(
        'validation-failed',
        `The data of "${method}" hold characters that cannot be stored.`,
      ),
    };
  }
  // The schema was chosen by the method, which the compiler cannot follow through the table.
  return { request: { id, method, data: parsed.data } as Request };
}

function isMethod(method: string): method is Method {
  return Object.hasOwn(requestSchemas, method);
}

function readableId(message: unknown): number {
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : NO_ID;
}

/** Where and what, a few: a message of thousands of faults must not earn an answer of its size. */
function faults(issues: readonly { path: PropertyKey[]; message: string }[]) {
  return issues
    .slice(0, 8)
    .map((issue) => ({ path: issue.path.map(String).join('.').slice(0, 128), message: issue.message }));
}
