import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls, { connect, createServer } from 'node:tls';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lanAddresses } from '../network/lan-addresses.ts';
import { loadCertificate } from './certificate.ts';
import { CertificateKeeper } from './certificate-keeper.ts';
import { listen } from './listen.ts';
import type { CertificateOptions, ServerCertificate } from './certificate.ts';

const DAY = 86_400_000;
const log = pino({ level: 'silent' });
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'muster-certificate-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

function load(options: Partial<CertificateOptions> = {}): Promise<ServerCertificate> {
  return loadCertificate({ dataDir, hosts: ['door'], addresses: ['192.168.7.20'], ...options });
}

/** Where an operator keeps a certificate. */
async function configure(content: ServerCertificate): Promise<{ cert: string; key: string }> {
  const files = { cert: path.join(dataDir, 'mine.crt'), key: path.join(dataDir, 'mine.key') };
  await writeFile(files.cert, content.cert);
  await writeFile(files.key, content.key);
  return files;
}

/** Connects as a browser that trusts just this certificate, and expects `name` on it. */
async function handshake(certificate: ServerCertificate, name: string): Promise<string> {
  const server = createServer({ cert: certificate.cert, key: certificate.key }, (socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // An IP address is checked against the certificate, but it is not a server name to ask for.
  const socket = connect({
    port,
    host: '127.0.0.1',
    ca: certificate.cert,
    checkServerIdentity: () => undefined,
  });
  try {
    await once(socket, 'secureConnect');
    const shown = new X509Certificate(socket.getPeerCertificate().raw);
    expect(socket.authorized).toBe(true);
    return shown.checkHost(name) ?? shown.checkIP(name) ?? 'not covered';
  } finally {
    socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

describe('a certificate of our own', () => {
  it.each(['door', 'door.local', 'localhost', '127.0.0.1', '::1', '192.168.7.20'])(
    'a certificate of our own passes a TLS handshake as %s',
    async (name) => {
      expect(await handshake(await load(), name)).toBe(name);
    },
  );

  it('a certificate of our own does not pass for another host', async () => {
    expect(await handshake(await load(), '192.168.7.21')).toBe('not covered');
  });

  it('a certificate of our own is shown as our own, with the fingerprint that a browser shows', async () => {
    const certificate = await load();
    expect(certificate.selfSigned).toBe(true);
    expect(certificate.fingerprint).toBe(new X509Certificate(certificate.cert).fingerprint256);
  });

  it('the key of our own certificate is readable only for its owner', async () => {
    const { key } = await load();
    const file = path.join(dataDir, 'tls-key.pem');
    expect(await readFile(file, 'utf8')).toBe(key);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('a certificate of our own cannot be used to sign other certificates', async () => {
    expect(new X509Certificate((await load()).cert).ca).toBe(false);
  });

  it('a certificate of our own stays the same over restarts while it covers the host', async () => {
    const first = await load();
    const second = await load({ now: new Date(Date.now() + 300 * DAY) });
    expect(second).toStrictEqual(first);
  });

  it.each([
    ['an address is gone', { addresses: [] }],
    ['a name is gone', { hosts: [] }],
  ])('a certificate of our own stays the same when %s', async (_, change) => {
    const first = await load();
    expect(await load(change)).toStrictEqual(first);
  });

  it('a certificate of our own stays the same when a container or a VPN brings an interface', async () => {
    const container = { address: '172.17.0.1', netmask: '255.255.0.0', mac: '02:42:00:00:00:01' };
    const card = { address: '192.168.7.20', netmask: '255.255.255.0', mac: '02:00:00:00:00:01' };
    const interfaces = {
      eth0: [{ ...card, family: 'IPv4' as const, internal: false, cidr: null }],
      docker0: [{ ...container, family: 'IPv4' as const, internal: false, cidr: null }],
    };
    const first = await load();
    expect(await load({ addresses: lanAddresses(interfaces) })).toStrictEqual(first);
  });

  it('a machine that comes back to a former address needs no new certificate', async () => {
    await load();
    const second = await load({ addresses: ['10.0.0.4'] });
    expect(await load()).toStrictEqual(second);
    expect(await load({ addresses: ['10.0.0.4'] })).toStrictEqual(second);
  });

  it('another certificate is shown without a restart, and open connections stay', async () => {
    const certificate = await load();
    let addresses = ['192.168.7.20'];
    const doors = await listen({
      http: { host: '127.0.0.1', port: 0 },
      https: { host: '127.0.0.1', port: 0, ...certificate },
      perAddress: 10,
      log,
    });
    const keeper = new CertificateKeeper({
      certificate,
      load: () => load({ addresses }),
      use: (pair) => doors.useCertificate(pair),
      log,
    });
    const shown = async () => {
      const socket = tls.connect({ port: doors.httpsPort, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      return { socket, fingerprint: socket.getPeerCertificate().fingerprint256 };
    };
    const before = await shown();
    expect(before.fingerprint).toBe(certificate.fingerprint);
    await keeper.look();
    expect((await shown()).fingerprint).toBe(certificate.fingerprint);
    addresses = ['10.0.0.4'];
    await keeper.look();
    expect((await shown()).fingerprint).toBe((await load({ addresses })).fingerprint);
    expect((await shown()).fingerprint).not.toBe(certificate.fingerprint);
    before.socket.write('GET / HTTP/1.1\r\nHost: door\r\n\r\n');
    await once(before.socket, 'data');
    await keeper.close();
    await doors.close();
  });

  const renewals: [string, Partial<CertificateOptions>][] = [
    ['an address is new', { addresses: ['192.168.7.20', '10.0.0.4'] }],
    ['the host has a new name', { hosts: ['gate'] }],
    ['it ends soon', { now: new Date(Date.now() + 790 * DAY) }],
    ['the clock was wrong when it was made', { now: new Date(Date.now() - 30 * DAY) }],
  ];
  it.each(renewals)('the certificate is replaced when %s', async (_, change) => {
    const first = await load();
    const second = await load(change);
    expect(second.fingerprint).not.toBe(first.fingerprint);
    expect(await load(change)).toStrictEqual(second);
  });

  it.each(['tls-key.pem', 'tls-certificate.pem'])(
    'the certificate is replaced when %s is damaged',
    async (name) => {
      const first = await load();
      await writeFile(path.join(dataDir, name), 'torn');
      const second = await load();
      expect(second.fingerprint).not.toBe(first.fingerprint);
      expect(await handshake(second, 'door')).toBe('door');
    },
  );
});

describe('a configured certificate', () => {
  it('a configured certificate is used, even if it does not cover the addresses of this host', async () => {
    const mine = await load();
    const loaded = await load({ ...(await configure(mine)), addresses: ['10.9.9.9'] });
    expect(loaded).toStrictEqual(mine);
  });

  it('a configured certificate that cannot be used is refused with the file and the reason', async () => {
    const files = await configure(await load());
    const other = await load({ hosts: ['gate'] });
    await expect(load({ ...files, cert: '/nowhere.crt' })).rejects.toThrow(
      'MUSTER_TLS_CERT names /nowhere.crt, which does not exist',
    );
    await writeFile(files.key, other.key);
    await expect(load(files)).rejects.toThrow(
      `The key in ${files.key} is not the key of the certificate in ${files.cert}`,
    );
    await writeFile(files.key, 'not a key');
    await expect(load(files)).rejects.toThrow(/MUSTER_TLS_KEY names .* holds no PEM private key/);
    await writeFile(files.cert, 'not a certificate');
    await expect(load(files)).rejects.toThrow(/MUSTER_TLS_CERT names .* holds no PEM certificate/);
  });
});
