/** Runs a program in the foreground: it shares our output, gets our signals, and its exit code becomes ours. */
import { spawn } from 'node:child_process';
import { inRoot, root } from './paths.mjs';

/** Resolves with the exit code, or with 128 + the number of the signal that ended it, as in a shell. */
export function foreground(program, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env: { ...COMPILED, ...env }, stdio: 'inherit' });
    // The terminal sends Ctrl-C to the child too; a signal that was sent to this process alone must be forwarded.
    const forward = (signal) => {
      if (!process.stdin.isTTY || signal !== 'SIGINT') child.kill(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
    const parent = process.ppid;
    const watch = process.env.npm_lifecycle_event ? setInterval(lookAtParent, LOOK_EVERY) : undefined;
    // npm starts this script through a shell that does not forward signals: only the end of that shell shows that npm
    // was killed.
    function lookAtParent() {
      if (process.ppid === parent) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    }
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? 128 + (NUMBERS[signal] ?? 0));
    });
  });
}

/**
 * Where node keeps what it compiled, also for the children of the program: a second start takes a third of the time to load
 * its modules. A cache of other sources or of another node is not used.
 */
const COMPILED = { NODE_COMPILE_CACHE: inRoot('node_modules', '.cache', 'node-compile') };

/** Milliseconds. */
const LOOK_EVERY = 500;

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };
