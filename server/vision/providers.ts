/** Opens networks on the first execution provider that really runs them. */
import { listSupportedBackends } from 'onnxruntime-node';
import type { Execution, Provider } from '../protocol/execution.ts';
import type { Network, SessionOptions } from './session.ts';

export interface ProviderOptions {
  /** In order of preference. The CPU is tried last in any case. */
  providers: readonly Provider[];
  threads: number;
}

/** Longest reason that is passed on, characters: onnxruntime's messages contain source paths and stack traces. */
const LONGEST_REASON = 240;

/**
 * Tries each provider in turn until one works. `open` opens the networks with the given options, runs each at least
 * once and returns the result; if it throws, it must close what it opened.
 *
 * A provider that is not available throws. A provider that supports none of a network's operators does not, because
 * onnxruntime then runs all of them on the CPU. So the profile of the first runs shows which provider ran each operator,
 * and a provider that ran none is not reported as being in use.
 * @throws what `open` throws on the CPU
 */
export async function onFirstProvider<T extends { close(): Promise<void> }>(
  { providers, threads }: ProviderOptions,
  open: (options: SessionOptions) => Promise<T>,
): Promise<{ opened: T; execution: Execution }> {
  const refused: { provider: Provider; reason: string }[] = [];
  for (const provider of providers) {
    // The CPU always works, so what comes after it in the list does not matter.
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
      throw new Error('it supports none of the operators of these networks');
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

/** Throws in plain words; onnxruntime's own message ("backend not found") is meant for its developers. */
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
    // Remove the location in onnxruntime's source that precedes the message.
    .replace(/^\/\S+:\d+ [^]*? was false\. /, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain.length > LONGEST_REASON ? `${plain.slice(0, LONGEST_REASON)}…` : plain;
}
