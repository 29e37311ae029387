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
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (NUMBERS[signal] ?? 0)));
  });
}

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };
