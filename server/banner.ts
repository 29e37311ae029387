/** The text that a person sees when the server is ready: where to go, and what to do first. */
export interface BannerOptions {
  httpPort: number;
  /** `https://…`, to type on other devices. */
  addresses: readonly string[];
  /** Browsers will warn about the certificate. */
  selfSigned: boolean;
  setupToken: string | null;
  /** People who must be enrolled again, and how many of them the previous model pack recognizes until then. */
  reenroll: { people: number; recognized: number };
}

export function banner({ httpPort, addresses, selfSigned, setupToken, reenroll }: BannerOptions): string {
  const local = `http://localhost:${httpPort}`;
  const lines = ['', 'Muster is ready.', '', `  On this machine    ${local}`];
  addresses.forEach((address, i) =>
    lines.push(`  ${i === 0 ? 'On the network ' : '               '}    ${address}`),
  );
  if (selfSigned && addresses.length > 0) {
    lines.push('                     (this server made its certificate itself: browsers warn once)');
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
      const them = recognized === people ? 'them' : `${recognized} of them`;
      lines.push(`                     Until then the previous model pack recognizes ${them}.`);
    }
  }
  return [...lines, ''].join('\n');
}
