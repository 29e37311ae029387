/** What an analyzer's networks run on. */

/** onnxruntime's execution providers by the names that the configuration uses. */
export const PROVIDERS = ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface Execution {
  provider: Provider;
  /** Share of the operators that ran on the cpu all the same, 0..1, as the profile of the warm-up tells. */
  onCpu: number;
  /** Those that were to be used before it, in order, and why each is not. */
  refused: readonly { provider: Provider; reason: string }[];
}
