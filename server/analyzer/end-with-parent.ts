import type { ChildProcess } from 'node:child_process';

/** The running children of this process, so that one `exit` listener is enough to end them all. */
const living = new Set<ChildProcess>();
let listening = false;

/** Kills the child when this process ends, unless it is killed itself: the child has to end on `disconnect` too. */
export function endWithParent(child: ChildProcess): void {
  if (!listening) {
    listening = true;
    process.on('exit', () => living.forEach((c) => c.kill('SIGKILL')));
  }
  living.add(child);
  child.once('exit', () => living.delete(child));
}
