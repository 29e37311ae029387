import { MusterError } from '../protocol/error.ts';

/**
 * Runs one mediasoup call on behalf of a peer.
 *
 * @throws MusterError `media-unavailable` if the worker is gone, so that the peer can try again; `bad-request` if
 *   mediasoup refuses the call for any other reason, because then the request was wrong
 */
export async function mediaCall<T>(
  what: string,
  slot: { readonly closed: boolean },
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof MusterError) throw error;
    if (slot.closed) throw mediaUnavailable(error);
    const reason = error instanceof Error ? error.message : String(error);
    throw new MusterError('bad-request', `Media refused to ${what}: ${reason}`, { cause: error });
  }
}

export function mediaUnavailable(cause?: unknown): MusterError {
  return new MusterError('media-unavailable', 'The media worker is being replaced; join again in a moment.', {
    cause,
  });
}
