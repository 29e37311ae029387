/** What a person sees when the server is ready: where to go, and what to do first. */
export interface BannerOptions {
  httpPort: number;
  /** `https://…`, as other devices type them. */
  addresses: readonly string[];
  /** Browsers will ask about the certificate. */
  selfSigned: boolean;
  setupToken: string | null;
  /** People who must be enrolled again since the model pack was changed, and how many of them the former one recognises. */
  reenrol: { people: number; recognised: number };
}

export function banner({ httpPort, addresses, selfSigned, setupToken, reenrol }: BannerOptions): string {
  const local = `http://localhost:${httpPort}`;
  const lines = ['', 'Muster is ready.', '', `  On this machine    ${local}`];
  addresses.forEach((address, i) =>
    lines.push(`  ${i === 0 ? 'On the network ' : '               '}    ${address}`),
  );
  if (selfSigned && addresses.length > 0) {
    lines.push('                     (certificate made by this server: browsers ask once)');
  }
  if (setupToken !== null) {
    lines.push(
      '',
      `  First account      ${local}/setup?token=${setupToken}`,
      `                     or open /setup on any address above and enter the token   ${setupToken}`,
    );
  }
  const { people, recognised } = reenrol;
  if (people > 0) {
    const unknown = people - recognised;
    lines.push(
      '',
      `  To enrol again     ${people === 1 ? '1 person' : `${people} people`}, since the model pack was changed: see ${local}/people?show=reenrol`,
      unknown > 0
        ? `                     Until then ${unknown === 1 ? '1 is' : `${unknown} are`} not recognised.`
        : '                     Until then they are recognised with the former pack.',
    );
  }
  return [...lines, ''].join('\n');
}
