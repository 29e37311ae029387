import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ClientError } from '../session/client-error.ts';

/** What a form waits for and what the server found wrong with it. */
export class FormState implements ReactiveController {
  busy = false;
  error: ClientError | null = null;
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected() {}

  /** The fault of one field, or an empty string. */
  fault(field: string): string {
    return this.error?.fault(field) ?? '';
  }

  /** The message of an error that belongs to no single field. */
  get message(): string {
    return this.error && this.error.faults.length === 0 ? this.error.message : '';
  }

  clear() {
    this.error = null;
    this.#host.requestUpdate();
  }

  fail(error: ClientError) {
    this.error = error;
    this.#host.requestUpdate();
  }

  /** Runs one submission at a time. @returns What it gave, or null where it failed. */
  async submit<T>(send: () => Promise<T>): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.error = null;
    this.#host.requestUpdate();
    try {
      return await send();
    } catch (error) {
      this.error = ClientError.of(error);
      return null;
    } finally {
      this.busy = false;
      this.#host.requestUpdate();
    }
  }
}

/** The trimmed text of every named field of a form, custom elements included. */
export function formValues(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') values[name] = value.trim();
  return values;
}
