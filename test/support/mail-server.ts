/** A mail server on this machine (SMTP) that keeps what it is given. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

const MAIL_USER = { name: 'muster', password: 'p@ss/word of mail' };

export interface ReceivedMail {
  from: string;
  to: string[];
  subject: string;
  /** The text for the reader. */
  text: string;
  attachment: { filename: string; content: Buffer } | null;
}

export class MailServer {
  readonly received: ReceivedMail[] = [];
  /** Addresses that it takes no mail for. */
  readonly refused = new Set<string>();
  readonly port: number;
  readonly #server: SMTPServer;

  static async start(): Promise<MailServer> {
    const mails: ReceivedMail[] = [];
    const refused = new Set<string>();
    const server = new SMTPServer({
      // On one machine there is nobody to hide it from.
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        const known = username === MAIL_USER.name && password === MAIL_USER.password;
        done(known ? null : new Error('wrong password'), { user: username });
      },
      onRcptTo: ({ address }, _session, done) =>
        done(refused.has(address) ? Object.assign(new Error('no such box'), { responseCode: 550 }) : null),
      onData: (stream, { envelope }, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = envelope;
          const to = rcptTo.map(({ address }) => address);
          mails.push({ from: mailFrom === false ? '' : mailFrom.address, to, ...read(Buffer.concat(parts)) });
          done();
        });
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return new MailServer(server, mails, refused);
  }

  private constructor(server: SMTPServer, received: ReceivedMail[], refused: Set<string>) {
    this.#server = server;
    this.received = received;
    this.refused = refused;
    this.port = (server.server.address() as AddressInfo).port;
  }

  /** `MUSTER_SMTP_URL`. */
  url({ name, password } = MAIL_USER): string {
    return `smtp://${encodeURIComponent(name)}:${encodeURIComponent(password)}@127.0.0.1:${this.port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** As much of MIME (RFC 2045 to 2047) as the server under test writes. */
function read(message: Buffer): Omit<ReceivedMail, 'from' | 'to'> {
  const { headers, body } = split(message.toString('latin1'));
  const subject = words(headers['subject'] ?? '');
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return { subject, text: decoded(headers, body).toString(), attachment: null };
  const [text, attached] = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => split(part.replace(/^\r\n/, '')));
  const filename = /filename=(?:"([^"]+)"|(\S+))/.exec(attached!.headers['content-disposition'] ?? '');
  return {
    subject,
    text: decoded(text!.headers, text!.body).toString(),
    attachment: {
      filename: filename?.[1] ?? filename?.[2] ?? '',
      content: decoded(attached!.headers, attached!.body),
    },
  };
}

function split(message: string): { headers: Record<string, string>; body: string } {
  const at = message.indexOf('\r\n\r\n');
  const lines = message
    .slice(0, at)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  return { headers, body: message.slice(at + 4) };
}

function decoded(headers: Record<string, string>, body: string): Buffer {
  const encoding = headers['content-transfer-encoding'] ?? '7bit';
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  return Buffer.from(encoding === 'quoted-printable' ? unquoted(body) : body, 'latin1');
}

const unquoted = (text: string) =>
  text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));

/** The words of a header that are not ASCII. */
function words(header: string): string {
  return header.replaceAll(/=\?UTF-8\?([QB])\?([^?]*)\?=\s*/gi, (_all, kind: string, text: string) =>
    kind.toUpperCase() === 'B'
      ? Buffer.from(text, 'base64').toString()
      : Buffer.from(unquoted(text.replaceAll('_', ' ')), 'latin1').toString(),
  );
}
