/** The certificate that HTTPS shows: the configured one, or one of our own for this host and its addresses. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { generate } from 'selfsigned';
import { writeDurably } from '../files/durable-file.ts';
import { DAY } from '../time/durations.ts';
import { OperatorError } from '../operator-error.ts';

export interface CertificateOptions {
  /** Where our own certificate and key are kept: `tls-certificate.pem` and `tls-key.pem` (0600). */
  dataDir: string;
  /** Files of a configured pair, PEM; both or none. */
  cert?: string | undefined;
  key?: string | undefined;
  /** Names of this host, in addition to `localhost` and the loopback addresses. */
  hosts: readonly string[];
  /**
   * IP addresses of this host on physical networks. A new container or VPN does not cause a new certificate, because then
   * every unattended station would show a warning page.
   */
  addresses: readonly string[];
  now?: Date;
}

export interface ServerCertificate {
  /** PEM, as `node:tls` takes them. */
  cert: string;
  key: string;
  selfSigned: boolean;
  /** SHA-256, colon-separated hex: what a browser's warning page shows, to compare. */
  fingerprint: string;
  validTo: Date;
}

/** Apple's browsers accept a certificate that the user trusts for at most 825 days; this leaves some slack. */
const VALID_DAYS = 820;
/** A certificate with less remaining validity is replaced at the start, because the server may then run for weeks. */
const RENEW_BEFORE = 60 * DAY;
/** Addresses of former networks that a new certificate keeps. */
const FORMER_ADDRESSES = 16;
/** A camera tablet's clock may be behind. */
const BACKDATED = 2 * DAY;

/** Throws one Error of one sentence where a configured pair cannot be used. */
export async function loadCertificate(options: CertificateOptions): Promise<ServerCertificate> {
  if (options.cert !== undefined && options.key !== undefined) {
    const cert = await readConfigured(options.cert, 'MUSTER_TLS_CERT');
    const key = await readConfigured(options.key, 'MUSTER_TLS_KEY');
    return describe(checkPair(cert, key, options.cert, options.key), cert, key);
  }
  const names = wantedNames(options);
  const now = options.now ?? new Date();
  const { dataDir } = options;
  return (
    (await loadOwn(dataDir, names, now)) ??
    (await makeOwn(dataDir, [...new Set([...names, ...(await formerAddresses(dataDir))])], now))
  );
}

function describe(certificate: X509Certificate, cert: string, key: string): ServerCertificate {
  return {
    cert,
    key,
    selfSigned: certificate.subject === certificate.issuer,
    fingerprint: certificate.fingerprint256,
    validTo: certificate.validToDate,
  };
}

async function readConfigured(file: string, variable: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new OperatorError(`${variable} names ${file}, which ${why}`, { cause: error });
  }
}

function checkPair(cert: string, key: string, certFile: string, keyFile: string): X509Certificate {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch (error) {
    throw new OperatorError(`MUSTER_TLS_CERT names ${certFile}, which holds no PEM certificate`, {
      cause: error,
    });
  }
  let matches: boolean;
  try {
    matches = certificate.checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw new OperatorError(
      `MUSTER_TLS_KEY names ${keyFile}, which holds no PEM private key without a passphrase`,
      {
        cause: error,
      },
    );
  }
  if (!matches)
    throw new OperatorError(`The key in ${keyFile} is not the key of the certificate in ${certFile}`);
  return certificate;
}

/** Host names and IP addresses that the certificate must cover. */
function wantedNames({ hosts, addresses }: CertificateOptions): string[] {
  const local = hosts.filter((host) => !host.includes('.') && isIP(host) === 0 && host !== 'localhost');
  return [
    ...new Set([
      ...hosts,
      // How a phone on the same network finds this host without a name server.
      ...local.map((host) => `${host}.local`),
      'localhost',
      '127.0.0.1',
      '::1',
      ...addresses,
    ]),
  ];
}

const certificateFile = (dataDir: string): string => path.join(dataDir, 'tls-certificate.pem');
const keyFile = (dataDir: string): string => path.join(dataDir, 'tls-key.pem');

/** Null if there is no certificate, or if it must be replaced. */
async function loadOwn(
  dataDir: string,
  names: readonly string[],
  now: Date,
): Promise<ServerCertificate | null> {
  try {
    const cert = await readFile(certificateFile(dataDir), 'utf8');
    const key = await readFile(keyFile(dataDir), 'utf8');
    const certificate = checkPair(cert, key, certificateFile(dataDir), keyFile(dataDir));
    const lasts = certificate.validToDate.getTime() - now.getTime() > RENEW_BEFORE;
    const begun = certificate.validFromDate.getTime() <= now.getTime();
    const covers = names.every((name) =>
      isIP(name) === 0 ? certificate.checkHost(name) !== undefined : certificate.checkIP(name) !== undefined,
    );
    return lasts && begun && covers ? describe(certificate, cert, key) : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Only the operator can grant a missing file permission. All other faults are repaired by a new certificate.
    if (code === 'EACCES' || code === 'EPERM') throw error;
    return null;
  }
}

/**
 * Addresses of the certificate that is replaced. A machine that moves between two networks, or whose lease changes back and
 * forth, then needs no new one each time, which would show a warning page at every station again.
 */
async function formerAddresses(dataDir: string): Promise<string[]> {
  try {
    const { subjectAltName = '' } = new X509Certificate(await readFile(certificateFile(dataDir), 'utf8'));
    const found = [...subjectAltName.matchAll(/IP Address:([\d.]+)/g)].map(([, address]) => address!);
    return found.filter((address) => isIP(address) !== 0).slice(-FORMER_ADDRESSES);
  } catch {
    return [];
  }
}

async function makeOwn(dataDir: string, names: readonly string[], now: Date): Promise<ServerCertificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'Muster on this network' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - BACKDATED),
    notAfterDate: new Date(now.getTime() + VALID_DAYS * DAY),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) =>
          isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name },
        ),
      },
    ],
  });
  await mkdir(dataDir, { recursive: true });
  // If the process dies between the two writes, the pair does not match and is replaced at the next start.
  await writeDurably(keyFile(dataDir), key);
  await writeDurably(certificateFile(dataDir), cert, { mode: 0o644 });
  return describe(new X509Certificate(cert), cert, key);
}
