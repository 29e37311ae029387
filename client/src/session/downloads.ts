/** Files that are being fetched: how much has arrived, and how to stop. A file of a year may take a while, so there is no time limit. */
import { ClientError } from './client-error.ts';
import { Observable } from './observable.ts';
import { save } from './save.ts';

export interface Download {
  /** Bytes that have arrived. */
  received: number;
  cancel: () => void;
}

export const downloads = new Observable<readonly Download[]>([]);

/**
 * Fetches a file and saves it once it is whole. Throws ClientError `network` where the connection ends before the file does:
 * half a file is never saved. Resolves without a file where the reader canceled.
 */
export async function download(open: (signal: AbortSignal) => Promise<Response>): Promise<void> {
  const stop = new AbortController();
  const cancel = () => stop.abort();
  let shown: Download = { received: 0, cancel };
  downloads.set([...downloads.value, shown]);
  const update = (received: number) => {
    const next: Download = { received, cancel };
    downloads.set(downloads.value.map((one) => (one === shown ? next : one)));
    shown = next;
  };
  try {
    const response = await open(stop.signal);
    await save(response, update);
  } catch (error) {
    if (stop.signal.aborted) return;
    if (error instanceof ClientError) throw error;
    throw new ClientError(
      { code: 'network', message: 'The file did not arrive whole.', retryable: true },
      { cause: error },
    );
  } finally {
    downloads.set(downloads.value.filter((one) => one !== shown));
  }
}
