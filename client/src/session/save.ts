/**
 * Saves the body of a reply as a file. Not a plain link, with which a refusal would be saved as a file too.
 *
 * @param onReceived is told how many bytes have arrived
 */
export async function save(response: Response, onReceived: (bytes: number) => void): Promise<void> {
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const parts: BlobPart[] = [];
  let received = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    parts.push(part.value);
    received += part.value.byteLength;
    onReceived(received);
  }
  saveBlob(new Blob(parts, { type: response.headers.get('content-type') ?? '' }), name ?? 'muster');
}

/** Saves what the page itself has made. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // After the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
