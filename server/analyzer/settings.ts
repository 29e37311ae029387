/** What an analyzer process is told when it is started: its one argument, as JSON. No secrets: arguments are public. */
import type { FalseAcceptRate } from '../vision/pack.ts';

export interface AnalyzerSettings {
  /** Model pack, a manifest in models/, and where its files are. */
  pack: string;
  cacheDir: string;
  /** Which of the pack's thresholds decides. */
  far: FalseAcceptRate;
  /** Vision threads. */
  threads: number;
  /** Benchmark only: read the number drawn into each picture. */
  timecode: boolean;
  logLevel: string;
}
