import { MusterError } from '../protocol/error.ts';

/**
 * Runs one mediasoup call on behalf of a peer. What mediasoup refuses was asked for wrongly, unless the
 * worker behind it is gone: then the peer may try again.
 */
export async function mediaCall<T>(
  what: string,
  place: { readonly closed: boolean },
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof MusterError) throw error;
    if (place.closed) throw mediaUnavailable(error);
    const reason = error instanceof Error ? error.message : String(error);
    throw new MusterError('bad-request', `Media refused to ${what}: ${reason}`, { cause: error });
  }
}

export function mediaUnavailable(cause?: unknown): MusterError {
  return new MusterError('media-unavailable', 'The media worker is being replaced; join again in a moment.', {
    cause,
  });
}
