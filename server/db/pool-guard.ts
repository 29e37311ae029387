/** Makes sure that every connection returns to the pool, even if its transaction cannot begin or end. */

/** The part of a connection of `pg` that the guard uses. */
interface Client {
  query(...args: unknown[]): unknown;
  /** With an error, the pool closes the connection instead of using it again. */
  release(error?: Error): void;
  end(): Promise<void>;
}

interface Pool {
  on(event: 'connect', listener: (client: Client) => void): unknown;
}

/**
 * The query builder (Kysely 0.29) returns a connection only after a `commit` or `rollback` that succeeded, and never after
 * a `begin` that failed. So every connection that broke inside a transaction would take up one place of the pool
 * forever: after ten of them the server could not reach its database until a restart, and closing the pool would never
 * finish. This guard
 *
 * - returns a connection itself if its `begin` fails, and
 * - closes a connection if its `rollback` fails, but reports success: PostgreSQL rolls back when a connection ends, the
 *   caller learns why the transaction failed in any case, and the query builder then returns the connection.
 *
 * A failed `commit` needs no guard, because the ORM always sends a `rollback` after it.
 */
export function guardPool(pool: Pool): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client);
    client.query = (...args) => {
      const result = query(...args);
      const [statement] = args;
      if (!(result instanceof Promise) || typeof statement !== 'string') return result;
      if (/^(begin|start transaction)\b/i.test(statement)) {
        return result.catch((error: Error) => {
          client.release(error);
          throw error;
        });
      }
      if (/^rollback$/i.test(statement)) {
        return result.catch(() => {
          // The pool does not use a connection again that is being closed.
          void client.end().catch(() => {});
          return { command: 'ROLLBACK', rowCount: null, rows: [] };
        });
      }
      return result;
    };
  });
}
