/** The process of one subject: embeds pictures on request, one at a time. */
import { open } from 'node:fs/promises';
import type { Message, Request, Subject, Task } from './wire.ts';

/** Number of pictures at the start that are not timed, so that code is compiled, memory is allocated and caches are filled. */
const WARM_UP = 3;

/** @param bytesPerPixel 3 for RGB, 1.5 for I420 */
export async function serve(
  bytesPerPixel: number,
  start: (task: Task) => Promise<Subject>,
  warmUp = WARM_UP,
): Promise<void> {
  const task = JSON.parse(process.argv[2] ?? '') as Task;
  const subject = await start(task);
  const file = await open(task.file);
  const bytes = task.width * task.height * bytesPerPixel;
  const read = async (picture: number) => {
    const pixels = new Uint8Array(bytes);
    await file.read(pixels, 0, bytes, picture * bytes);
    return pixels;
  };
  for (let i = 0; i < warmUp; i += 1) await subject.look(await read(i));
  process.on('message', (request: Request) => {
    void (async () => {
      for (const picture of request.pictures) {
        const pixels = await read(picture);
        const from = performance.now();
        const vector = await subject.look(pixels);
        say({ type: 'seen', picture, vector, ms: performance.now() - from });
      }
      // maxRSS is in KiB, whatever the platform.
      say({ type: 'done', peak: process.resourceUsage().maxRSS / 1024 });
    })();
  });
  process.on('disconnect', () => process.exit());
  say({ type: 'ready', backend: subject.backend });
}

function say(message: Message): void {
  process.send?.(message);
}
