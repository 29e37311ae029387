/** The connection to NATS, of a server or of an analyzer on another host. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { connect, type NatsConnection, nkeyAuthenticator, type TlsOptions } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { OperatorError } from '../operator-error.ts';

export interface BrokerOptions {
  /** `nats://` or `tls://` addresses, separated by commas. */
  url: string;
  /** File with the seed of the nkey of a user; null: none is needed. */
  seedFile: string | null;
  /** File with the certificate authority of the broker (PEM); null: those of the system. */
  ca: string | null;
  /** Take a version of NATS with known holes. */
  allowOld: boolean;
  /** Shown in the broker's list of connections. */
  name: string;
  /** Before the subjects of replies, so that only this user may hear them. */
  inbox: string;
  log: Logger;
}

/** Earlier versions have known holes, among them CVE-2026-33222: whoever may use a stream may manage all of them. */
const OLDEST = [2, 12, 6] as const;

/**
 * From then on the connection is made again without end, whatever happens to the broker.
 *
 * @throws OperatorError where the broker cannot be reached, lets nobody in, or is too old
 */
export async function openBroker(options: BrokerOptions): Promise<NatsConnection> {
  const { url, seedFile, ca, allowOld, name, inbox, log } = options;
  const servers = url.split(',').map((one) => one.trim());
  const secure = servers.some((one) => one.startsWith('tls://'));
  let nats: NatsConnection;
  try {
    nats = await connect({
      servers,
      name,
      inboxPrefix: inbox,
      ...(seedFile !== null && { authenticator: nkeyAuthenticator(seedIn(seedFile)) }),
      ...(secure && { tls: trusting(ca, servers) }),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 100,
      reconnectJitterTLS: 100,
      pingInterval: 2_000,
      maxPingOut: 2,
      // A key that was revoked and given back, or a broker that reads its users anew, must not end a server for good.
      ignoreAuthErrorAbort: true,
      timeout: 5_000,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(
      `The message broker at ${url} cannot be used (${reason}): check MUSTER_NATS_URL, and the key in MUSTER_NATS_SEED_FILE.`,
      { cause: error },
    );
  }
  const version = nats.info?.version ?? '0';
  if (isOld(version)) {
    if (!allowOld) {
      await nats.close();
      throw new OperatorError(
        `The message broker is NATS ${version}, which has known security holes: install ${OLDEST.join('.')} or newer. MUSTER_NATS_ALLOW_OLD=1 takes it all the same.`,
      );
    }
    log.warn({ event: 'broker.old', version }, 'this version of NATS has known security holes');
  }
  void report(nats, log);
  return nats;
}

/** Which certificates are good. The library gives their check no name where the broker has only an IP address. */
function trusting(ca: string | null, servers: readonly string[]): TlsOptions {
  const hosts = servers.map((one) => new URL(one).hostname.replace(/^\[|\]$/g, ''));
  const addresses = hosts.filter((host) => isIP(host) !== 0);
  const check = (name: string, certificate: PeerCertificate) => {
    if (hosts.includes(name) || addresses.length === 0) return checkServerIdentity(name, certificate);
    const faults = addresses.map((address) => checkServerIdentity(address, certificate));
    return faults.includes(undefined) ? undefined : faults[0];
  };
  // The library hands over what its type does not name.
  const options = { ...(ca !== null && { ca: readFileSync(ca, 'utf8') }), checkServerIdentity: check };
  return options;
}

function seedIn(path: string): Uint8Array {
  return new TextEncoder().encode(readFileSync(path, 'utf8').trim());
}

/** Whether a version is older than the oldest one without known holes. */
export function isOld(version: string): boolean {
  const parts = version.split(/[.-]/, 3).map(Number);
  for (const [i, least] of OLDEST.entries()) {
    const part = parts[i] ?? 0;
    if (part !== least) return !(part > least);
  }
  return false;
}

async function report(nats: NatsConnection, log: Logger): Promise<void> {
  for await (const { type } of nats.status()) {
    if (type === 'disconnect') log.warn({ event: 'broker.away' }, 'the message broker is out of reach');
    if (type === 'reconnect') log.info({ event: 'broker.back' }, 'the message broker is back');
  }
}
