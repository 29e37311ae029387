/** A worker thread that reads one file: a workbook takes seconds, in which the server must not stand still. */
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorBody, MusterError } from '../../protocol/error.ts';
import { type ReadChoices, readFile, type TableFile } from './read-file.ts';

export interface ReadJob {
  bytes: Uint8Array;
  choices: ReadChoices;
}

export type ReadOutcome = { table: TableFile } | { refused: ErrorBody };

const { bytes, choices } = workerData as ReadJob;
parentPort!.postMessage(await outcome());

async function outcome(): Promise<ReadOutcome> {
  try {
    return { table: await readFile(bytes, choices) };
  } catch (error) {
    if (error instanceof MusterError) return { refused: error.toBody() };
    throw error;
  }
}
