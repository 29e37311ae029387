/** What a person sees when the server is ready: where to go, and what to do first. */
export interface BannerOptions {
  httpPort: number;
  /** `https://…`, as other devices type them. */
  addresses: readonly string[];
  /** Browsers will ask about the certificate. */
  selfSigned: boolean;
  setupToken: string | null;
  /** People who must be enrolled again, and how many of them a former model pack recognizes until then. */
  reenroll: { people: number; recognized: number };
}

export function banner({ httpPort, addresses, selfSigned, setupToken, reenroll }: BannerOptions): string {
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
  const { people, recognized } = reenroll;
  if (people > 0) {
    const who = people === 1 ? '1 person' : `${people} people`;
    lines.push('', `  To enroll again     ${who}: see ${local}/people?show=reenroll`);
    if (recognized > 0) {
      const whom = recognized === people ? 'them' : `${recognized} of them`;
      lines.push(`                     Until then the former model pack recognizes ${whom}.`);
    }
  }
  return [...lines, ''].join('\n');
}
