import type { RemovalView } from '../protocol/people.ts';

const NOBODY: RemovalView = { analyzers: 0, threads: 0, expired: 0, everywhere: false };

/** Keeps copies of faces in memory, in other processes, and can say when a person is out of all of them. */
export interface FaceHolder {
  /** Never rejects. */
  confirmRemoval(personId: string): Promise<RemovalView>;
}

/**
 * Everything outside the database that may still hold the face of a person who was removed from it. The services that
 * remove people are made before these parts, so each part registers here once it exists.
 */
export class Removals {
  #holder: FaceHolder | null = null;
  readonly #listeners: ((personId: string) => void)[] = [];

  /** The analyzers. A command has none: a server that runs learns of the removal by its `AuditFeed`. */
  confirmedBy(holder: FaceHolder): void {
    this.#holder = holder;
  }

  /** Calls `listener` for every person whose face has to be forgotten. It must not throw. */
  onRemoved(listener: (personId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves when every analyzer has dropped the person, or has not done so in time. Never rejects. */
  async confirm(personId: string): Promise<RemovalView> {
    for (const listener of this.#listeners) listener(personId);
    return (await this.#holder?.confirmRemoval(personId)) ?? NOBODY;
  }
}
