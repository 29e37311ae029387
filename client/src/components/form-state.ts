import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ClientError } from '../session/client-error.ts';
import { errorText, faultText } from './error-text.ts';

/** Whether a form is being sent, and what the server found wrong with it. */
export class FormState implements ReactiveController {
  busy = false;
  error: ClientError | null = null;
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected() {}

  /** What to say below a field; an empty string where it has no fault. */
  fault(field: string): string {
    const fault = this.error?.fault(field);
    return fault ? faultText(fault) : '';
  }

  /** What to say about an error that belongs to no single field. */
  get message(): string {
    return this.error && this.error.faults.length === 0 ? errorText(this.error) : '';
  }

  clear() {
    this.error = null;
    this.#host.requestUpdate();
  }

  fail(error: ClientError) {
    this.error = error;
    this.#host.requestUpdate();
  }

  /** Runs one submission at a time. @returns Its result, or null where it failed. */
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
