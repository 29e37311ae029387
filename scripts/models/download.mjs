/** Downloads one file over HTTP and resumes where an earlier attempt stopped. */
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { SetupError, systemFault } from '../setup/fault.mjs';

/** ms without a byte after which a connection is given up. */
const STALL = 30_000;
/** ms for a whole download: a day, for large packs on slow lines. */
const LIMIT = 24 * 60 * 60_000;
/** Attempts in a row without a new byte before the download fails. */
const FRUITLESS = 3;
/** ms between progress reports. */
const REPORT_EVERY = 500;

/**
 * Downloads `url` into `part`, which holds the bytes so far and stays for the next attempt after a failure. A part is
 * continued only while the server says (ETag or Last-Modified) that the file is the same.
 * `bytes`: the expected length, if known; a file of another length is refused before it is read.
 * `say(text)` is called with the progress.
 * `stall`: ms without a byte after which a connection is given up; `limit`: ms after which the whole download is.
 */
export async function download(url, part, { bytes, say, stall = STALL, limit = LIMIT } = {}) {
  let fruitless = 0;
  const over = AbortSignal.timeout(limit);
  for (;;) {
    const before = await sizeOf(part);
    try {
      await attempt(url, part, { bytes, say, stall, over });
      await rm(validatorOf(part), { force: true });
      return;
    } catch (error) {
      if (error instanceof SetupError) throw error;
      const fault = systemFault(error);
      if (fault !== null) throw fault;
      const after = await sizeOf(part);
      fruitless = after > before ? 0 : fruitless + 1;
      if (fruitless >= FRUITLESS || over.aborted) {
        throw new SetupError(
          `${url} could not be fetched: ${reason(error)}.`,
          after > 0
            ? `${megabytes(after)} are kept: the same command continues from there. Or install from a folder: --from DIR`
            : 'Check the network. Or install from a folder: --from DIR',
        );
      }
    }
  }
}

async function attempt(url, part, { bytes, say, stall, over }) {
  const have = await sizeOf(part);
  const validator = have > 0 ? await readFile(validatorOf(part), 'utf8').catch(() => '') : '';
  const headers = { 'accept-encoding': 'identity' };
  if (validator !== '') Object.assign(headers, { range: `bytes=${have}-`, 'if-range': validator });
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error(`no answer for ${stall / 1000} s`)), stall);
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.any([abort.signal, over]) });
    if (response.status === 416) {
      await rm(part, { force: true });
      throw new Error('the file on the server is shorter than the part that was downloaded before');
    }
    if (response.status !== 200 && response.status !== 206) {
      await response.body?.cancel();
      if (response.status >= 500) throw new Error(`the server answers ${response.status}`);
      throw new SetupError(
        `${url} answers ${response.status}.`,
        'The address may have changed. Install from a folder: --from DIR',
      );
    }
    const from = response.status === 206 ? have : 0;
    const total = totalOf(response, from);
    if (bytes && total && total !== bytes) {
      await response.body?.cancel();
      throw new SetupError(
        `${url} has ${total} bytes instead of ${bytes}: it is not the file that was reviewed.`,
      );
    }
    await writeFile(
      validatorOf(part),
      strong(response.headers.get('etag')) ?? response.headers.get('last-modified') ?? '',
    );
    const file = await open(part, from > 0 ? 'a' : 'w');
    let got = from;
    let reported = 0;
    try {
      for await (const chunk of response.body) {
        await file.write(chunk);
        got += chunk.length;
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(new Error(`no data for ${stall / 1000} s`)), stall);
        if (bytes && got > bytes) throw new SetupError(`${url} has more than ${bytes} bytes.`);
        if (performance.now() - reported >= REPORT_EVERY) {
          reported = performance.now();
          say?.(progress(got, total ?? bytes));
        }
      }
    } finally {
      await file.close();
    }
    if (total && got !== total) throw new Error(`the connection ended after ${got} of ${total} bytes`);
    say?.(progress(got, total));
  } finally {
    clearTimeout(timer);
  }
}

const validatorOf = (part) => `${part}.validator`;

/** A weak ETag does not guarantee the same bytes. */
const strong = (etag) => (etag && !etag.startsWith('W/') ? etag : null);

function totalOf(response, from) {
  if (response.status === 206) {
    const [, start, total] =
      /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
    if (Number(start) !== from) throw new Error('the server sent a different part than requested');
    return Number(total);
  }
  const length = response.headers.get('content-length');
  return length === null ? undefined : Number(length);
}

async function sizeOf(file) {
  return stat(file).then(
    (s) => s.size,
    () => 0,
  );
}

function progress(got, total) {
  return total
    ? `${megabytes(got)} of ${megabytes(total)} (${Math.floor((got / total) * 100)} %)`
    : megabytes(got);
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function reason(error) {
  return error.cause?.message ? `${error.message} (${error.cause.message})` : error.message;
}
