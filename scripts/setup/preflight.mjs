/** Checks permissions, disk space and ports before anything is started, so that the server does not fail on them later. */
import { existsSync } from 'node:fs';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { inRoot, root } from './paths.mjs';
import { step, SetupError } from './step.mjs';

/** Bytes: an empty PostgreSQL takes 60 MB, and its write-ahead log a few times that. */
const DATA_SPACE = 300 * 2 ** 20;
/** Bytes: dependencies with Node and PostgreSQL, models, pages. */
const INSTALL_SPACE = 1536 * 2 ** 20;

const [major] = process.versions.node.split('.').map(Number);

/** Before anything is installed. */
export async function machine() {
  await step('this machine', async () => {
    if (major < 20) {
      throw new SetupError(
        `Muster needs Node 20 or later, and this is ${process.versions.node}.`,
        'Install a current Node.',
      );
    }
    await writable(root, 'The checkout');
    if (!existsSync(inRoot('node_modules'))) await space(root, INSTALL_SPACE);
    return `Node ${process.versions.node}, ${os.platform()} ${os.arch()}`;
  });
}

/** Before anything that takes minutes. */
export async function dataFolder() {
  const folder = path.resolve(root, process.env.MUSTER_DATA_DIR || 'data');
  await step('data folder', async () => {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw refusal(folder, error);
    }
    await writable(folder, 'The data folder');
    await space(folder, DATA_SPACE);
    return path.relative(root, folder) || folder;
  });
}

export async function ports() {
  await step('ports', async () => {
    const wanted = [
      ['MUSTER_HTTP_PORT', '127.0.0.1', process.env.MUSTER_HTTP_PORT || '8080'],
      ['MUSTER_HTTPS_PORT', process.env.MUSTER_HOST || '0.0.0.0', process.env.MUSTER_HTTPS_PORT || '8443'],
    ];
    // The configuration reports a port that is not a number, together with all its other faults.
    const checked = wanted.filter(([, , port]) => /^\d{1,5}$/.test(port) && Number(port) < 65536);
    for (const [variable, host, port] of checked) await free(variable, host, Number(port));
    return checked.map(([, , port]) => port).join(' and ');
  });
}

async function free(variable, host, port) {
  if (port === 0) return;
  const fault = await new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
  if (fault === null) return;
  if (fault.code === 'EADDRINUSE') {
    throw new SetupError(
      `Port ${port} is in use by another program.`,
      `Stop that program, or choose another port: ${variable}=${port + 1} npm start`,
    );
  }
  if (fault.code === 'EACCES') {
    throw new SetupError(
      `This account may not listen on port ${port}.`,
      `Choose a port above 1023: ${variable}=${port + 8000} npm start`,
    );
  }
  throw new SetupError(`Port ${port} on ${host} cannot be used: ${fault.message}.`, `Set ${variable}.`);
}

/** Throws if this account cannot write to the folder. `what` begins the sentence. */
export async function writable(folder, what) {
  const probe = path.join(folder, `.muster-probe-${process.pid}`);
  try {
    await writeFile(probe, 'probe');
  } catch (error) {
    throw refusal(folder, error, what);
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}

const mib = (bytes) => `${Math.floor(bytes / 2 ** 20)} MiB`;

/** Throws if the disk that holds the folder has less than `bytes` left. */
export async function space(folder, bytes) {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  throw new SetupError(
    `The disk that holds ${folder} is full: ${mib(bavail * bsize)} are free, ${mib(bytes)} are needed.`,
    'Free some space, then run the same command again.',
  );
}

/** Which variable names another folder. */
const INSTEAD = { 'The data folder': 'MUSTER_DATA_DIR', 'The cache': 'XDG_CACHE_HOME' };

function refusal(folder, error, what = 'The data folder') {
  if (error.code === 'ENOSPC') {
    return new SetupError(`The disk that holds ${folder} is full.`, 'Free some space.');
  }
  return new SetupError(
    `${what} ${folder} cannot be written to by this account (${error.code}).`,
    `chown it to this account, or run as its owner${INSTEAD[what] ? `, or set ${INSTEAD[what]}` : ''}.`,
  );
}
