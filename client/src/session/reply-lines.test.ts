import { expect, it } from 'vitest';
import { resultOf } from './reply-lines.ts';

const reply = (...parts: string[]) => {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(stream) {
      for (const part of parts) stream.enqueue(encoder.encode(part));
      stream.close();
    },
  });
  return new Response(body);
};

it('progress is reported line by line, wherever the network cuts the reply, and the result is returned', async () => {
  const seen: unknown[] = [];
  const result = await resultOf(
    reply('{"progress":1}\n{"progress', '":2}\n{"result":', '{"done":true}}\n'),
    (progress) => seen.push(progress),
  );
  expect(seen).toEqual([1, 2]);
  expect(result).toEqual({ done: true });
});

it('a problem in the last line is thrown with its code', async () => {
  const problem = {
    type: '',
    title: '',
    status: 422,
    detail: 'No.',
    code: 'validation-failed',
    retryable: false,
  };
  const sent = reply('{"progress":1}\n', `${JSON.stringify({ problem })}\n`);
  await expect(resultOf(sent, () => {})).rejects.toMatchObject({ code: 'validation-failed', message: 'No.' });
});

it('a reply that ends without a result is a fault of the network, which may be tried again', async () => {
  await expect(resultOf(reply('{"progress":1}\n{"res'), () => {})).rejects.toMatchObject({
    code: 'network',
    retryable: true,
  });
});
