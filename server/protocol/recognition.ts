/** How strictly faces are recognized, and with what: for whoever looks after the cameras. */
import type { Execution } from './execution.ts';

/** Of so many comparisons with a stranger one is taken for the person, as the manifest of the pack measured it. */
export const LEVELS = [
  { name: 'convenient', far: '1e-3', oneIn: 1_000 },
  { name: 'balanced', far: '1e-4', oneIn: 10_000 },
  { name: 'strict', far: '1e-5', oneIn: 100_000 },
  { name: 'strictest', far: '1e-6', oneIn: 1_000_000 },
] as const;
export type Level = (typeof LEVELS)[number];
export type FalseAcceptRate = Level['far'];

export interface RecognitionView {
  pack: { id: string; title: string; /** Whether we ran its files. */ verified: boolean };
  far: FalseAcceptRate;
  /** Those that the pack has a measured threshold for. */
  available: FalseAcceptRate[];
  /** What is done about pictures of people, and whether the networks for it are installed. */
  liveness: { policy: 'off' | 'warn' | 'require'; installed: boolean };
  /** Of the analyzers that are running. */
  analyzers: { name: string; execution: Execution }[];
}
