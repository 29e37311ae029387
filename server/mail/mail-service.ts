/** What the server sends by mail, and to whom. Each message is recorded in the audit trail, without its address. */
import { audit, type AuditEntry } from '../audit/audit.ts';
import { hashToken } from '../crypto/token.ts';
import type { Database } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { EnrollmentInvitation } from '../db/entities/enrollment-invitation.ts';
import { Person } from '../db/entities/person.ts';
import { Invitation } from '../db/entities/sign-in.ts';
import { deviceAddress } from '../protocol/device-address.ts';
import { MusterError } from '../protocol/error.ts';
import type { Language } from '../protocol/language.ts';
import type {
  MailedAccountLink,
  MailedEnrollmentLink,
  MailedMonthSheet,
  MailTest,
  MailView,
} from '../protocol/mail.ts';
import { monthSheetsPdf } from '../reports/month-sheet-pdf.ts';
import type { ReportQuery } from '../reports/report-query.ts';
import { allSites } from '../sites/site-service.ts';
import type { Mailer } from './mailer.ts';
import { mailTexts } from './texts.ts';

export interface MailServiceOptions {
  database: Database;
  reports: Pick<ReportQuery, 'month'>;
  /** Null where no mail server is configured. */
  mailer: Mailer | null;
  /** Epoch ms; replaced in tests. */
  now?: (() => number) | undefined;
}

/** Where the pages of this server are open for the caller, and where another device finds them. */
export interface Addresses {
  origin: string;
  addresses: readonly string[];
}

export class MailService {
  readonly #options: MailServiceOptions;
  readonly #now: () => number;

  constructor(options: MailServiceOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  view(): MailView {
    const { mailer } = this.#options;
    return { configured: mailer !== null, from: mailer?.from ?? null };
  }

  /** Throws MusterError `mail-failed`; `wrong-state` where no mail server is configured. So do the others. */
  async test({ to, language }: MailTest): Promise<void> {
    await this.#mailer.send({ to, ...mailTexts(language).test() });
    await this.#record({ act: 'mail.tested' });
  }

  /**
   * The link goes to the address in the record of the person and to nobody else. Throws MusterError `not-found` for a token
   * that is not the one of this invitation; `wrong-state` for an invitation that is over, and without an address.
   */
  async enrollmentLink(
    id: string,
    { token, language }: MailedEnrollmentLink,
    { origin, addresses }: Addresses,
  ): Promise<void> {
    const em = this.#options.database.fork();
    const invitation = await em.findOne(EnrollmentInvitation, { id, tokenHash: hashToken(token) });
    const person = invitation && (await em.findOne(Person, { id: invitation.personId, erasedAt: null }));
    if (!invitation || !person) throw new MusterError('not-found', 'There is no such invitation.');
    if (invitation.expiresAt.getTime() <= this.#now()) throw isOver();
    const { url } = deviceAddress(origin, addresses, '/self-enrollment');
    await this.#mailer.send({
      to: addressOf(person),
      ...mailTexts(language).enrollmentLink({
        name: person.displayName,
        link: `${url}#token=${token}`,
        until: await this.#words(invitation.expiresAt, language),
      }),
    });
    await this.#record({
      act: 'invitation.mailed',
      object: { kind: 'person', id: person.id },
      after: { invitation: id },
    });
  }

  /** Throws MusterError `not-found` for a token that is not the one of this account's invitation; `wrong-state` if it is over. */
  async accountLink(
    id: string,
    { token, to, language }: MailedAccountLink,
    { origin, addresses, employeesOnly }: Addresses & { employeesOnly: boolean },
  ): Promise<void> {
    const em = this.#options.database.fork();
    const invitation = await em.findOne(Invitation, { accountId: id, tokenHash: hashToken(token) });
    const account = invitation && (await em.findOne(Account, { id }));
    if (!invitation || !account || (employeesOnly && account.role !== 'employee'))
      throw new MusterError('not-found', 'There is no such invitation.');
    if (invitation.expiresAt.getTime() <= this.#now()) throw isOver();
    const { url } = deviceAddress(origin, addresses, '/join');
    const link = `${url}#${new URLSearchParams({ name: account.username, token }).toString()}`;
    const until = await this.#words(invitation.expiresAt, language);
    await this.#mailer.send({
      to,
      ...mailTexts(language).accountLink({ name: account.name, link, until }),
    });
    await this.#record({ act: 'account.link-mailed', object: { kind: 'account', id } });
  }

  /** @param departments whose sheets the caller may see; undefined for everybody's */
  async monthSheet(
    personId: string,
    { month, paper, language }: MailedMonthSheet,
    departments: readonly string[] | undefined,
  ): Promise<void> {
    const sheet = await this.#options.reports.month(personId, month, departments);
    const person = await this.#options.database.fork().findOneOrFail(Person, { id: personId });
    const to = addressOf(person);
    const mailer = this.#mailer;
    const content = Buffer.concat(await bytesOf(monthSheetsPdf(only(sheet), { paper, language })));
    const { filename, ...message } = mailTexts(language).monthSheet({
      name: person.displayName,
      month: monthWords(month, language),
    });
    const attachment = { filename: `${filename}-${month}.pdf`, content, contentType: 'application/pdf' };
    await mailer.send({ to, ...message, attachment });
    await this.#record({
      act: 'month-sheet.mailed',
      object: { kind: 'person', id: personId },
      after: { month },
    });
  }

  get #mailer(): Mailer {
    const { mailer } = this.#options;
    if (mailer) return mailer;
    throw new MusterError(
      'wrong-state',
      'This server sends no mail: set MUSTER_SMTP_URL and MUSTER_MAIL_FROM.',
    );
  }

  /** After the message has left: while the trail is written, nobody else can write to it. */
  async #record(entry: AuditEntry): Promise<void> {
    await this.#options.database.transaction((em) => audit(em, entry));
  }

  /** A moment by the clock of the default site. */
  async #words(at: Date, language: Language): Promise<string> {
    const [site] = await allSites(this.#options.database.fork());
    return new Intl.DateTimeFormat(language, {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone: site?.timeZone ?? 'UTC',
    }).format(at);
  }
}

async function* only<T>(one: T): AsyncGenerator<T> {
  yield one;
}

async function bytesOf(file: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of file) parts.push(part);
  return parts;
}

function addressOf({ email }: Person): string {
  if (email === '') throw new MusterError('wrong-state', 'This person has no e-mail address: add it first.');
  return email;
}

function isOver(): MusterError {
  return new MusterError('wrong-state', 'This link is over: make a new one.');
}

function monthWords(month: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}
