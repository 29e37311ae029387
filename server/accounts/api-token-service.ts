/** Tokens with which other programs use the API. They are limited to scopes, expire, are shown once, and stored as a hash. */
import type { Logger } from 'pino';
import { audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { Account } from '../db/entities/account.ts';
import { ApiToken } from '../db/entities/api-token.ts';
import { MusterError } from '../protocol/error.ts';
import type { TokenActor } from '../protocol/session.ts';
import type { ApiTokenView, NewApiToken, NewApiTokenView } from '../protocol/tokens.ts';
import { may } from '../protocol/permissions.ts';
import { hashToken, newToken } from '../crypto/token.ts';
import { DAY } from '../time/durations.ts';

/** Shows a scanner for leaked secrets, and a person, what this text is. */
const PREFIX = 'muster_';
/** Valid tokens at once. */
const MAX_TOKENS = 100;
/** The last use is written no more often than this, ms. */
const TOUCH = 60_000;

export class ApiTokenService {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #now: () => number;

  constructor({ database, log, now }: { database: Database; log: Logger; now: () => number }) {
    this.#database = database;
    this.#log = log;
    this.#now = now;
  }

  /** Newest first. */
  async list(): Promise<ApiTokenView[]> {
    const em = this.#database.fork();
    const tokens = await em.find(ApiToken, {}, { orderBy: { createdAt: 'desc' } });
    const makers = await em.find(Account, { id: { $in: tokens.map(({ createdBy }) => createdBy) } });
    const makerOf = new Map(makers.map((maker) => [maker.id, maker]));
    return tokens.map((token) => this.#view(token, makerOf.get(token.createdBy)));
  }

  /** Throws MusterError `rate-limited` when there are too many. */
  async create({ name, scopes, days }: NewApiToken, by: { accountId: string }): Promise<NewApiTokenView> {
    const secret = PREFIX + newToken();
    const now = this.#now();
    const token = await this.#database.transaction(async (em) => {
      const good = await em.count(ApiToken, { revokedAt: null, expiresAt: { $gt: new Date(now) } });
      if (good >= MAX_TOKENS) {
        throw new MusterError('rate-limited', 'There are too many tokens: revoke those that are not used.');
      }
      const made = em.create(ApiToken, {
        tokenHash: hashToken(secret),
        name,
        scopes,
        createdBy: by.accountId,
        createdAt: new Date(now),
        expiresAt: new Date(now + days * DAY),
        lastUsedAt: null,
        revokedAt: null,
      });
      await audit(em, {
        act: 'token.created',
        object: { kind: 'token', id: made.id },
        after: { scopes, days },
      });
      return { made, maker: await em.findOneOrFail(Account, by.accountId) };
    });
    this.#log.info(
      { event: 'token.created', tokenId: token.made.id, accountId: by.accountId },
      'API token made',
    );
    return { secret, token: this.#view(token.made, token.maker) };
  }

  /** Throws MusterError `not-found`. */
  async revoke(id: string): Promise<void> {
    await this.#database.transaction(async (em) => {
      const revokedAt = new Date(this.#now());
      if ((await em.nativeUpdate(ApiToken, { id, revokedAt: null }, { revokedAt })) === 0) {
        throw new MusterError('not-found', 'There is no such token, or it was revoked.');
      }
      await audit(em, { act: 'token.revoked', object: { kind: 'token', id } });
    });
    this.#log.info({ event: 'token.revoked', tokenId: id }, 'API token revoked');
  }

  /** Null when the token is unknown, expired or revoked, or when its creator may no longer create tokens. */
  async find(secret: string): Promise<TokenActor | null> {
    const em = this.#database.fork();
    const token = await em.findOne(ApiToken, { tokenHash: hashToken(secret) });
    if (!token) return null;
    const maker = await em.findOne(Account, { id: token.createdBy });
    if (this.#view(token, maker ?? undefined).state !== 'active') return null;
    const now = this.#now();
    if (now - (token.lastUsedAt?.getTime() ?? 0) >= TOUCH) {
      await em.nativeUpdate(ApiToken, { id: token.id }, { lastUsedAt: new Date(now) });
    }
    return { kind: 'token', tokenId: token.id, name: token.name, scopes: token.scopes };
  }

  #view(token: ApiToken, maker: Account | undefined): ApiTokenView {
    const { id, name, scopes, createdAt, expiresAt, lastUsedAt, revokedAt } = token;
    const trusted =
      maker !== undefined && !maker.disabledAt && may({ kind: 'account', role: maker.role }, 'tokens:write');
    return {
      id,
      name,
      scopes,
      createdBy: maker?.name ?? '',
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      state: trusted && !revokedAt && expiresAt.getTime() > this.#now() ? 'active' : 'ended',
    };
  }
}
