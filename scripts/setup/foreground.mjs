/** Runs a program in the foreground: its output is ours, our signals are its, its exit code is ours. */
import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/** Resolves with the exit code, or 128 + the number of the signal that ended it, as shells say it. */
export function foreground(program, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, stdio: 'inherit' });
    // A Ctrl-C reaches the child from the terminal itself; a signal sent to us alone does not.
    const forward = (signal) => {
      if (!process.stdin.isTTY || signal !== 'SIGINT') child.kill(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
    const parent = process.ppid;
    const watch = process.env.npm_lifecycle_event ? setInterval(lookAtParent, LOOK_EVERY) : undefined;
    // npm runs us through a shell that does not pass signals on: its end is the only word of a `kill` of npm.
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

/** Milliseconds. */
const LOOK_EVERY = 500;

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };
