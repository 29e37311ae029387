/** What a person sees when the server is ready: where to go, and what to do first. */
import os from 'node:os';

export interface BannerOptions {
  httpPort: number;
  /** HTTPS: the interface it listens on, and whether browsers will ask about the certificate. */
  https: { host: string; port: number; selfSigned: boolean };
  setupToken: string | null;
}

export function banner({ httpPort, https, setupToken }: BannerOptions): string {
  const local = `http://localhost:${httpPort}`;
  const hosts = https.host === '0.0.0.0' || https.host === '::' ? lanAddresses() : [https.host];
  const lines = [
    '',
    'Muster is ready.',
    '',
    `  On this machine    ${local}`,
    ...hosts.map(
      (host, i) => `  ${i === 0 ? 'On the network ' : '               '}    https://${host}:${https.port}`,
    ),
  ];
  if (https.selfSigned && hosts.length > 0) {
    lines.push('                     (certificate made by this server: browsers ask once)');
  }
  if (setupToken !== null) {
    lines.push(
      '',
      `  First account      ${local}/setup?token=${setupToken}`,
      `                     or open /setup on any address above and enter the token   ${setupToken}`,
    );
  }
  return [...lines, ''].join('\n');
}

function lanAddresses(): string[] {
  return Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
