/** The analyzers on other hosts, where the configuration names a broker. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import type { AnalyzerPool } from '../analyzer/analyzer-pool.ts';
import type { AuditFeed } from '../audit/audit-feed.ts';
import { openBroker } from '../broker/broker.ts';
import { SERVER_INBOX } from '../broker/permissions.ts';
import { Fleet, type FleetOptions } from '../fleet/fleet.ts';
import type { ModelContract } from '../protocol/analyzer.ts';

export interface OpenFleetOptions extends Pick<FleetOptions, 'onSighting'> {
  config: Pick<Config, 'nats'>;
  pool: AnalyzerPool;
  feed: AuditFeed;
  contract: ModelContract;
  former: { contract: ModelContract } | null;
  log: Logger;
}

/** Null without a broker. `opened` closes it. Throws OperatorError where the broker cannot be used. */
export async function openFleet(
  { config, pool, feed, contract, former, log, onSighting }: OpenFleetOptions,
  opened: AsyncDisposableStack,
): Promise<Fleet | null> {
  if (!config.nats) return null;
  const server = randomUUID();
  const nats = await openBroker({ ...config.nats, name: `server ${server}`, inbox: SERVER_INBOX, log });
  opened.defer(() => nats.close());
  const fleet = await Fleet.open({
    nats,
    server,
    pool,
    changes: feed,
    contract,
    former: former?.contract ?? null,
    onSighting,
    log,
  });
  opened.defer(() => fleet.close());
  return fleet;
}
