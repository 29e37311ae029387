/** Where an RTSP camera is, with what it asks for: one value, because a path may hold a password as well. Pure. */

export interface CameraAddress {
  secure: boolean;
  /** A name or an address, IPv6 without brackets. */
  host: string;
  port: number;
  /** With its query, as the camera wants it. */
  path: string;
  /** Empty: the camera asks nobody. */
  user: string;
  password: string;
}

const PORT = { rtsp: 554, rtsps: 322 } as const;
/** As the pages of cameras show their addresses: `…/user=admin_password=12345_channel=1.sdp`. */
const SECRET_IN_PATH = /((?:pass|password|passwd|pwd)=)[^&/_]*/gi;

/** @param text checked by `rtspAddress` of the protocol */
export function parseCameraAddress(
  text: string,
  given: { user?: string; password?: string } = {},
): CameraAddress {
  const url = new URL(text);
  const secure = url.protocol.toLowerCase() === 'rtsps:';
  return {
    secure,
    host: url.hostname.replace(/^\[|\]$/g, '').toLowerCase(),
    port: url.port === '' ? PORT[secure ? 'rtsps' : 'rtsp'] : Number(url.port),
    path: `${url.pathname}${url.search}`,
    user: given.user || decoded(url.username),
    password: given.password || decoded(url.password),
  };
}

/** Without name, password and query, to be stored in the open. */
export function shownAddress({ secure, host, port, path }: CameraAddress): string {
  const scheme = secure ? 'rtsps' : 'rtsp';
  const [plain = '', query] = path.split('?');
  const shown = plain.replaceAll(SECRET_IN_PATH, '$1…');
  return `${scheme}://${bracketed(host)}${port === PORT[scheme] ? '' : `:${port}`}${shown}${query === undefined ? '' : '?…'}`;
}

/** With everything, for the one program that fetches it. @param address to which the host was resolved, and which may be used */
export function wholeAddress(camera: CameraAddress, address: string): string {
  const { secure, port, path, user, password } = camera;
  const credentials = user === '' && password === '' ? '' : `${encoded(user)}:${encoded(password)}@`;
  return `${secure ? 'rtsps' : 'rtsp'}://${credentials}${bracketed(address)}:${port}${path}`;
}

/** The same text without what must stand in no log: what a program that knows the whole address writes may repeat it. */
export function withoutSecrets(text: string, { user, password, path }: CameraAddress): string {
  let clean = text.replaceAll(/(rtsps?:\/\/)[^\s'"]*/gi, '$1…');
  const secrets = [password, encoded(password), user, encoded(user), path.length > 1 ? path : ''];
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '…');
  return clean;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** More than a URL asks for, so that nothing of it ends a quoted word either. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
