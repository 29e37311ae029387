/** Runs other programs. Their output is kept and shown only to explain a failure. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { outsidePath } from './paths.mjs';

/** Characters of output kept per stream: enough for a compiler's last messages or npm's JSON. */
const KEPT = 64 * 1024;
/** ms between SIGTERM and SIGKILL. */
const GRACE = 3000;

/**
 * Resolves with { ok, code, out, err }. It does not reject when the program fails, is missing or exceeds `timeout` (ms):
 * each caller explains that in its own words.
 */
export function command(program, args, { cwd, env, timeout, onLine } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // In its own process group, so that a timeout also ends the programs that it started.
      detached: process.platform !== 'win32',
    });
    const kept = { out: '', err: '' };
    let late = false;
    // SIGTERM first, so that a build can remove its files and end its jobs, which have process groups of their own.
    const end = () => {
      killGroup(child, 'SIGTERM');
      setTimeout(() => killGroup(child, 'SIGKILL'), GRACE).unref();
    };
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            end();
          }, timeout);
    const interrupted = () => {
      child.once('close', () => process.exit(130));
      setTimeout(() => process.exit(130), GRACE + 500);
      end();
    };
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);
    for (const [stream, key] of [
      [child.stdout, 'out'],
      [child.stderr, 'err'],
    ]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        kept[key] = (kept[key] + text).slice(-KEPT);
        if (onLine) {
          for (const line of text.split(/[\r\n]+/)) if (line.trim() !== '') onLine(line.trim());
        }
      });
    }
    const done = (code, problem) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      const err = late ? `${kept.err}\nstopped after ${timeout / 1000} s` : kept.err + (problem ?? '');
      resolve({ ok: code === 0 && !late, code, out: kept.out, err });
    };
    child.once('error', (error) => done(null, error.message));
    child.once('close', (code) => done(code));
  });
}

/** Runs the npm that started this script, or else the one on PATH. */
export function npm(args, options = {}) {
  const env = { ...process.env, ...options.env, PATH: outsidePath() };
  const cli = process.env.npm_execpath;
  if (cli !== undefined && /npm-cli\.[cm]?js$/.test(cli) && existsSync(cli)) {
    return command(outsideNode(), [cli, ...args], { ...options, env });
  }
  if (process.platform === 'win32') {
    return command('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], { ...options, env });
  }
  return command('npm', args, { ...options, env });
}

/** A node outside node_modules, which `npm ci` deletes while it runs. */
export function outsideNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = outsidePath().split(path.delimiter);
  return folders.map((f) => path.join(f, name)).find((file) => existsSync(file)) ?? process.execPath;
}

/** The last lines of a program's output, which explain a failure. */
export function tail({ out, err }, lines = 12) {
  const text = err.trim() === '' ? out : err;
  return text.trim().split('\n').slice(-lines).join('\n');
}

/** The full path of a program on PATH, or null. */
export function which(name) {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const candidate of names) {
      const file = path.join(folder, candidate);
      if (folder !== '' && existsSync(file)) return file;
    }
  }
  return null;
}

function killGroup(child, signal) {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the program ended in the meantime.
    if (error.code !== 'ESRCH') throw error;
  }
}
