/** Networks on the first execution provider that really runs them. */
import { listSupportedBackends } from 'onnxruntime-node';
import type { Execution, Provider } from '../protocol/execution.ts';
import type { Network, SessionOptions } from './session.ts';

export interface ProviderOptions {
  /** In order of preference. The cpu is tried last in any case. */
  providers: readonly Provider[];
  threads: number;
}

/** Longest reason that is passed on: onnxruntime's hold source paths and stack traces. */
const LONGEST_REASON = 240;

/**
 * Opens with each provider in turn until one works. `open` opens the networks with the given options, runs each
 * at least once and returns what it made; it closes what it opened where it throws.
 *
 * A provider that cannot be had throws; one that takes none of a network's operators does not, since onnxruntime
 * then gives all of them to the cpu. So its profile of the first runs is asked which provider ran each, and a
 * provider that ran none is not said to be in use.
 * @throws what `open` throws with the cpu.
 */
export async function onFirstProvider<T extends { close(): Promise<void> }>(
  { providers, threads }: ProviderOptions,
  open: (options: SessionOptions) => Promise<T>,
): Promise<{ opened: T; execution: Execution }> {
  const refused: { provider: Provider; reason: string }[] = [];
  for (const provider of providers) {
    // What comes after it is no wish: it always works.
    if (provider === 'cpu') break;
    try {
      requireKnown(provider);
      const networks: Network[] = [];
      const options = {
        threads,
        providers: [provider],
        profile: true,
        onOpen: (network: Network) => networks.push(network),
      };
      const opened = await open(options);
      const onCpu = await shareOnCpu(networks);
      if (onCpu < 1) return { opened, execution: { provider, onCpu, refused } };
      await opened.close();
      throw new Error('it takes none of the operators of these networks');
    } catch (error) {
      const brought =
        backend(provider)?.bundled === false ? ' (its libraries do not come with npm: docs/models.md)' : '';
      refused.push({ provider, reason: `${reasonOf(error)}${brought}` });
    }
  }
  const opened = await open({ threads, providers: ['cpu'] });
  return { opened, execution: { provider: 'cpu', onCpu: 1, refused } };
}

const backend = (provider: Provider) => listSupportedBackends().find(({ name }) => name === provider);

/** onnxruntime's own words for this ("backend not found") are for its makers. */
function requireKnown(provider: Provider): void {
  if (!backend(provider))
    throw new Error(`onnxruntime has no ${provider} on ${process.platform} ${process.arch}`);
}

async function shareOnCpu(networks: readonly Network[]): Promise<number> {
  let operators = 0;
  let onCpu = 0;
  for (const network of networks) {
    const counts = await network.ranOn();
    operators += counts?.operators ?? 0;
    onCpu += counts?.onCpu ?? 0;
  }
  return operators === 0 ? 1 : onCpu / operators;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const plain = message
    // The place in onnxruntime's source that comes before what it has to say.
    .replace(/^\/\S+:\d+ [^]*? was false\. /, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain.length > LONGEST_REASON ? `${plain.slice(0, LONGEST_REASON)}…` : plain;
}
