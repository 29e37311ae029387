/**
 * The kinds of values that variables have. Each refuses what cannot work, and its message ends with an example: a value that
 * is accepted here and fails later would fail far from where it was written.
 */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { SettingForm } from '#protocol/settings.ts';

/** Kept with the schema, for the page on which an owner may set the value. */
const formOf = (form: SettingForm) => ({ form });

/** A whole number, written in digits. Accepts no `1e3`, `0x10` or `10.0`, which mean something else to other programs. */
const whole = (min: number, max: number, example: number, more = '') => {
  const error = `must be a whole number from ${min} to ${max}, such as ${example}${more}`;
  return z
    .union(
      [
        z.int(),
        z
          .string()
          .regex(/^\d{1,9}$/)
          .transform(Number),
      ],
      { error },
    )
    .pipe(z.number().min(min, { error }).max(max, { error }));
};

export const count = (min: number, max: number, example = Math.max(min, 1)) =>
  whole(min, max, example).meta(formOf({ kind: 'number', min, max, step: 1 }));
/** Days; never for ever. */
export const days = (min: number, max: number, example: number) =>
  whole(min, max, example).meta(formOf({ kind: 'days', min, max, never: false }));
export const port = (example: number) => whole(0, 65_535, example);

/** A number that may have decimals. */
export const decimal = (min: number, max: number, example: number) => {
  const error = `must be a number from ${min} to ${max}, such as ${example}`;
  return z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d+(\.\d+)?$/)
          .transform(Number),
      ],
      { error },
    )
    .pipe(z.number().min(min, { error }).max(max, { error }))
    .meta(formOf({ kind: 'number', min, max, step: 0.01 }));
};

/** Days; null means forever. */
export const keepDays = (min: number) => {
  const max = 36_500;
  const written = whole(min, max, 365, ', or never');
  return z
    .preprocess((v) => (v === 'never' ? null : v), written.nullable())
    .meta(formOf({ kind: 'days', min, max, never: true }));
};

export const flag = z
  .enum(['0', '1', 'true', 'false'], { error: 'must be 1 or 0' })
  .transform((v) => v === '1' || v === 'true');

/** One of a few words. */
export const choice = <const T extends string>(words: readonly T[]) =>
  z
    .enum(words, { error: `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` })
    .meta(formOf({ kind: 'choice', options: words }));

export const list = z.string().transform((v) =>
  v
    .split(',')
    .map((s) => s.trim())
    .filter((s) => s !== ''),
);

/** A line without characters that nobody sees; `example` shows what it looks like. */
export const text = (example: string) =>
  z
    .string()
    .trim()
    .min(1, { error: `is blank: write something such as ${example}` })
    .regex(/^[^\p{Cc}\p{Cf}]*$/u, { error: `has characters that cannot be printed: write it as ${example}` });

/** A file or a folder. */
export const file = (example: string) =>
  z
    .string()
    .refine((v) => v.trim() === v, { error: `begins or ends with a blank: write it as ${example}` })
    .refine((v) => !v.startsWith('~'), {
      error: `begins with ~, which only a shell replaces: write it as ${example}`,
    })
    .refine((v) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(v), {
      error: `is a URL, not a path: write it as ${example}`,
    })
    .refine((v) => !v.includes('-----BEGIN'), {
      error: `is the content of a file, not its path: write it as ${example}`,
    });

/** The address of a machine, as an IP address or a name; without scheme, port and path. */
function isHost(value: string): boolean {
  if (isIP(value) !== 0) return true;
  // An address with a mistake, such as 192.168.1.300, would pass as a name.
  if (/^[\d.]+$/.test(value)) return false;
  return (
    value.length <= 253 &&
    value.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
  );
}

const isWildcard = (value: string) => value === '0.0.0.0' || value === '::';

/** Where a server listens: an address of this machine, a name of it, or a wildcard. */
export const listenHost = z.string().refine(isHost, {
  error:
    'must be an address of this machine without scheme and port, such as 192.168.1.10, or 0.0.0.0 for all',
});

/** What others connect to: an address or a name. */
export const reachableHost = z.string().refine((v) => isHost(v) && !isWildcard(v), {
  error:
    'must be an address or a host name without scheme and port, such as 192.168.1.10 or muster.example.org',
});

/**
 * Where media is received: an address, or the name of a network interface, whose addresses may change. `0.0.0.0` stands for
 * the addresses on physical networks.
 */
export const mediaListen = z.string().refine((v) => (isIP(v) !== 0 && v !== '::') || isInterfaceName(v), {
  error:
    'may only name addresses without port or network interfaces, such as 192.168.1.10 or eth0; 0.0.0.0 stands for all on physical networks',
});

/** As Linux and macOS name them: `eth0`, `enp3s0`, `br-lan`, and `eth0.100` for a VLAN. */
function isInterfaceName(value: string): boolean {
  return /^[a-z][a-z0-9_-]{0,14}(\.\d{1,4})?$/i.test(value) && value !== 'localhost';
}

/** `scheme://host:port` in the form in which browsers send it. A `/` at the end is accepted. */
export const origin = z.string().transform((value, context): string => {
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message: `${message}, such as https://muster.example.org` });
    return z.NEVER;
  };
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(value) ?? [];
  const url = URL.canParse(value) ? new URL(value) : null;
  if (scheme === undefined || rest === undefined)
    return refuse(`${quoted(value)} lacks https://: write a whole origin`);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || !isHost(bare(url.hostname)))
    return refuse(`${quoted(value)} is not an origin: write scheme://host:port`);
  if (url.username !== '' || url.password !== '' || /[?#]/.test(rest))
    return refuse(`${quoted(value)} has more than an origin: write only scheme://host:port`);
  if (url.pathname !== '/')
    return refuse(`${quoted(value)} has a path, and an origin has none: write only scheme://host:port`);
  return url.origin;
});

export const mailAddress = z.email({ error: 'must be an address such as muster@example.org' });

/** The address of a mail server, with the account to sign in with where it wants one. */
export const smtpUrl = z.string().refine(isSmtpUrl, {
  error:
    'must be an address such as smtps://muster:PASSWORD@mail.example.org:465, with %40 for @ and %2F for / in the password',
});

function isSmtpUrl(value: string): boolean {
  if (!/^smtps?:\/\//.test(value) || !URL.canParse(value)) return false;
  const { hostname, username, password, pathname, search, hash } = new URL(value);
  if (hostname === '' || search !== '' || hash !== '' || !['', '/'].includes(pathname)) return false;
  return (username === '') === (password === '') && [username, password].every(isDecodable);
}

/** The address of an MQTT broker, without an account: its password may come from elsewhere. */
export const mqttUrl = z.string().refine(isMqttUrl, {
  error:
    'must be an address such as mqtts://mqtt.example.org:8883, without user name and password: those have variables of their own',
});

function isMqttUrl(value: string): boolean {
  if (!/^mqtts?:\/\//.test(value) || !URL.canParse(value)) return false;
  const { hostname, username, password, pathname, search, hash } = new URL(value);
  return (
    isHost(bare(hostname)) &&
    [username, password, search, hash].every((part) => part === '') &&
    ['', '/'].includes(pathname)
  );
}

/** The first levels of MQTT topics. No level may be a wildcard, and none is empty. */
export const mqttTopic = (example: string) =>
  z.string().regex(/^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/i, {
    error: `must be letters, digits, hyphens and underscores, with / between levels, such as ${example}`,
  });

/** The issuer of an identity provider. Plain http only on this machine: the provider vouches for people. */
export const issuer = z
  .string()
  .refine(isIssuer, { error: 'must be an https address such as https://login.example.org' });

function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, search, hash } = new URL(value);
  if (search !== '' || hash !== '') return false;
  return (
    protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
  );
}

/** An address or a range (CIDR) of addresses. */
export const addressRange = z.string().refine(isRange, {
  error: 'may only name addresses or ranges, such as 10.0.0.5 or 10.0.0.0/8',
});

function isRange(value: string): boolean {
  const [address = '', bits, ...more] = value.split('/');
  if (more.length > 0 || isIP(address) === 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128);
}

/** The address of a PostgreSQL database. The message must not repeat the value: it contains a password. */
export const databaseUrl = z.string().refine(isDatabaseUrl, { error: notDatabase('muster') });

/** The address of a PostgreSQL database, or a folder. */
export const keyStore = z
  .string()
  .refine((v) => !/^[a-z][a-z0-9+.-]*:/i.test(v) || isDatabaseUrl(v), {
    error: `${notDatabase('keys')}; or a folder such as /srv/muster-keys`,
  })
  .refine((v) => !v.startsWith('~') && v.trim() === v, {
    error: 'must be a whole path such as /srv/muster-keys: only a shell replaces ~',
  });

function notDatabase(name: string): string {
  return `must be an address such as postgresql://muster:PASSWORD@db.example.org:5432/${name}, with %40 for @ and %2F for / in the password`;
}

function isDatabaseUrl(value: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) return false;
  const { username, password, pathname, search, hash } = new URL(value);
  // An unescaped # or ? in a password cuts the address short: the rest of the password would follow there.
  if (hash !== '' || (username === '' && search.includes('@')) || !/^\/[^/]*$|^$/.test(pathname))
    return false;
  return [username, password, pathname].every(isDecodable);
}

function isDecodable(part: string): boolean {
  try {
    return decodeURIComponent(part) !== undefined;
  } catch {
    return false;
  }
}

/** Words separated by spaces, or a JSON array of words where a word contains a space. */
export const commandLine = z.string().transform((v, context): string[] => {
  const example = 'such as vault read muster, or ["vault", "read", "my key"]';
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  const trimmed = v.trim();
  if (trimmed === '')
    return refuse(`must be words separated by spaces, or a JSON array of words, ${example}`);
  if (!trimmed.startsWith('[')) {
    // The message must not repeat the value, which may contain a token.
    if (/["'`]/.test(trimmed)) {
      return refuse(`runs without a shell, and only a shell reads quotes: write words, ${example}`);
    }
    return trimmed.split(/\s+/);
  }
  try {
    return z.array(z.string().min(1)).min(1).parse(JSON.parse(trimmed));
  } catch {
    return refuse(`must be words separated by spaces, or a JSON array of words, ${example}`);
  }
});

function bare(hostname: string): string {
  const inner = hostname.replace(/^\[|\]$/g, '');
  return isIPv6(inner) ? inner : hostname;
}

function quoted(value: string): string {
  return `“${value.slice(0, 100)}”`;
}
