/** The reply of a long write: lines of progress, then its result or its problem. */
import type { Problem } from '#protocol/error.ts';
import { ClientError } from './client-error.ts';

interface Line {
  progress?: unknown;
  result?: unknown;
  problem?: Problem;
}

/** Throws ClientError: the problem of the last line, or `network` where the reply ends before it. */
export async function resultOf(
  response: Response,
  onProgress: (progress: unknown) => void,
): Promise<unknown> {
  try {
    for await (const text of linesOf(response)) {
      const { progress, problem, ...line } = JSON.parse(text) as Line;
      if (problem) throw problemError(problem);
      if ('result' in line) return line.result;
      onProgress(progress);
    }
  } catch (error) {
    if (error instanceof ClientError) throw error;
    throw cutShort(error);
  }
  throw cutShort();
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    const lines = `${rest}${part.value}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

export function problemError(problem: Problem): ClientError {
  return new ClientError({ ...problem, message: problem.detail || problem.title });
}

function cutShort(cause?: unknown): ClientError {
  return new ClientError(
    { code: 'network', message: 'The reply did not arrive whole.', retryable: true },
    { cause },
  );
}
