/** Hands messages to the configured mail server (SMTP). Nothing waits here: a message is sent, or the caller is told why not. */
// cspell:ignore EMESSAGE EENVELOPE EAUTH ETLS
import { createTransport, type Transporter } from 'nodemailer';
import type { Logger } from 'pino';
import { MusterError } from '../protocol/error.ts';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  attachment?: { filename: string; content: Buffer; contentType: string };
}

export interface MailerOptions {
  /** smtp://user:password@host:port, or smtps://. */
  url: string;
  from: string;
  log: Logger;
}

/** A caller waits for the mail server; it has this long for each step, ms. */
const PATIENCE = 10_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export class Mailer {
  readonly from: string;
  readonly #transport: Transporter;
  readonly #log: Logger;

  constructor({ url, from, log }: MailerOptions) {
    const { protocol, hostname, port, username, password } = new URL(url);
    const secure = protocol === 'smtps:';
    const ownMachine = LOOPBACK.test(hostname);
    this.from = from;
    this.#log = log.child({ part: 'mail' });
    this.#transport = createTransport({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      // A password never crosses a network in which others can read it.
      requireTLS: username !== '' && !secure && !ownMachine,
      // A certificate for a name that only this machine knows would prove nothing.
      ignoreTLS: !secure && ownMachine,
      ...(username !== '' && {
        auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
      }),
      connectionTimeout: PATIENCE,
      greetingTimeout: PATIENCE,
      socketTimeout: PATIENCE,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** Throws MusterError `mail-failed`. */
  async send({ attachment, ...mail }: Mail): Promise<void> {
    try {
      await this.#transport.sendMail({
        from: { name: 'Muster', address: this.from },
        ...mail,
        ...(attachment && { attachments: [attachment] }),
      });
    } catch (error) {
      const { code, responseCode } = error as { code?: string; responseCode?: number };
      // Not the error itself: what a mail server answers often repeats the address.
      this.#log.error({ event: 'mail.failed', code, responseCode }, 'the mail server did not take a message');
      throw new MusterError('mail-failed', sentenceOf(code));
    }
  }

  close(): void {
    this.#transport.close();
  }
}

function sentenceOf(code: string | undefined): string {
  switch (code) {
    case 'EAUTH':
      return 'The mail server refused the user name or the password in MUSTER_SMTP_URL.';
    case 'EENVELOPE':
      return 'The mail server refused an address: check that of the person, and MUSTER_MAIL_FROM.';
    case 'ETLS':
      return 'The mail server offers no encryption that can be trusted: use another port, or smtps:// in MUSTER_SMTP_URL.';
    case 'EMESSAGE':
      return 'The mail server refused the message.';
    default:
      return 'The mail server cannot be reached. Try again in a few minutes.';
  }
}
