/** How a server speaks with one analyzer, wherever that runs: what to send, what is heard, and whether it is there. */
import type { EventEmitter } from 'node:events';
import type { AnalyzerToServer, ServerToAnalyzer } from '../protocol/analyzer.ts';
import type { SupervisedMessage } from './supervised-process.ts';

export type AnalyzerReady = Extract<AnalyzerToServer, { type: 'ready' }>;
export type AnalyzerReport = Exclude<AnalyzerToServer, SupervisedMessage>;

export interface AnalyzerChannelEvents {
  /** The analyzer takes cameras: the first time, and each time that it is back. It knows nothing of what was before. */
  ready: [message: AnalyzerReady];
  message: [message: AnalyzerReport];
  /** An analyzer that had been ready is gone, together with every camera that it watched; why, where it is known. */
  down: [reason?: string];
}

export interface ProcessUsage {
  /** Part of their time that its vision threads work, 0..1. */
  load: number;
  /** Resident memory, bytes. */
  resident: number;
}

export interface AnalyzerChannel extends EventEmitter<AnalyzerChannelEvents> {
  readonly name: string;
  /** Whether messages can be sent. */
  readonly up: boolean;
  /** Of the analyzer's process, on its own host; undefined while there is none. */
  readonly pid: number | undefined;
  /** `pushed`: the server sends the gallery after each `ready`. `pulled`: the analyzer has asked for it before `ready`. */
  readonly gallery: 'pushed' | 'pulled';
  /** How busy the analyzer says it is, 0..1; null where nobody measures it: then its cameras are counted. */
  readonly load: number | null;
  /** What its process needs; absent where nobody measures it, null before the first time. */
  readonly usage?: ProcessUsage | null;
  /** It takes no more cameras, and ends once the last one has gone elsewhere. */
  readonly draining: boolean;
  /**
   * Call while it is not there. Resolves once it is certain to hold no face any more: `ended` with its process, or `expired`,
   * because one that hears no server forgets by itself in time. `back`: it was only out of reach, and must be asked again.
   */
  gone(): Promise<'ended' | 'expired' | 'back'>;
  /** Resolves when it is ready for the first time, where that can be waited for. */
  start(): Promise<void>;
  /** Returns false, and drops the message, if the analyzer is not there: it gets everything again when it is back. */
  send(message: ServerToAnalyzer): boolean;
  close(): Promise<void>;
}
