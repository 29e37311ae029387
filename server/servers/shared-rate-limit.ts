/** How often callers may try something at all servers of a database together: for secrets so short that tries add up. */
import type { Database } from '../db/database.ts';
import { type KeyLimit, RateLimit, tooManyTries } from '../perimeter/rate-limit.ts';
import type { TokenBucketOptions } from '../perimeter/token-bucket.ts';

export interface SharedRateLimitOptions extends Pick<TokenBucketOptions, 'burst' | 'refill'> {
  database: Database;
  /** What is limited, such as `pairing/first`. Servers that use the same name share the tries of each key. */
  name: string;
  /** Epoch ms; replaced in tests. By default the clock of the database counts, which all servers share. */
  now?: (() => number) | undefined;
}

/** Tokens of a row at the time of the statement. A row from the future is of a clock that was set back since: it is full. */
const FILLED = `case when r.at > excluded.at + interval '1 minute' then cast(:burst as float8)
  else least(cast(:burst as float8), r.tokens + greatest(0, extract(epoch from excluded.at - r.at) * 1000 / cast(:refill as float8))) end`;
const NOW = 'coalesce(cast(:now as timestamptz), clock_timestamp())';

export class SharedRateLimit implements KeyLimit {
  readonly #options: SharedRateLimitOptions;
  /** The same limit for this server alone: a flood that it refuses costs the database nothing. */
  readonly #here: RateLimit;

  constructor(options: SharedRateLimitOptions) {
    this.#options = options;
    const { burst, refill, now } = options;
    this.#here = new RateLimit({ burst, refill, ...(now && { now }) });
  }

  async take(key: string): Promise<void> {
    const wait = await this.#take(key);
    if (wait > 0) throw tooManyTries(wait);
  }

  async allows(key: string): Promise<boolean> {
    return (await this.#take(key)) === 0;
  }

  /** Gives the last try back, because it should not count. */
  async giveBack(key: string): Promise<void> {
    this.#here.giveBack(key);
    await this.#execute(
      'update rate_limit set tokens = least(cast(:burst as float8), tokens + 1) where name = :name',
      key,
    );
  }

  /** 0, or the ms until the next try. */
  async #take(key: string): Promise<number> {
    const wait = this.#here.waitFor(key);
    if (wait > 0) return wait;
    const taken = await this.#execute(
      `insert into rate_limit as r (name, tokens, at) values (:name, cast(:burst as float8) - 1, ${NOW})
       on conflict (name) do update set tokens = ${FILLED} - 1,
         at = case when r.at > excluded.at + interval '1 minute' then excluded.at else greatest(r.at, excluded.at) end
       where ${FILLED} >= 1
       returning tokens`,
      key,
    );
    if (taken.length > 0) return 0;
    const [left] = await this.#execute(
      `select greatest(0, 1 - ${FILLED}) * cast(:refill as float8) wait
       from rate_limit r, (select ${NOW} at) excluded where name = :name`,
      key,
    );
    return Math.max(1, left?.wait ?? 1);
  }

  #execute(statement: string, key: string): Promise<{ wait?: number }[]> {
    const { database, name, burst, refill, now } = this.#options;
    const at = now ? new Date(now()) : null;
    return database.fork().execute(statement, { name: `${name}/${key}`, burst, refill, now: at });
  }
}
