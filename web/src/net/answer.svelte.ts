import { apiGet, errorSentence } from './session.ts';

/** The answer of an API route, requested once per subject. */
export class Answer<T> {
  readonly #read: (body: unknown) => T | null;
  #value = $state.raw<T | null>(null);
  #problem = $state.raw('');
  /** The subject of the last request; '': none, or the request failed. */
  #about = '';

  /** `read` validates an answer: null if it is invalid. */
  constructor(read: (body: unknown) => T | null) {
    this.#read = read;
  }

  /** null while there is none. */
  get value(): T | null {
    return this.#value;
  }
  /** Why there is no answer, one sentence; '' while it is under way. */
  get problem(): string {
    return this.#problem;
  }

  /** Sends the request unless its subject is unchanged. */
  async ask(about: string, path: string, key: string): Promise<void> {
    if (about === this.#about) return;
    this.#about = about;
    this.#value = null;
    this.#problem = '';
    let value: T | null = null;
    let problem = '';
    try {
      const response = await apiGet(path, key);
      if (response.ok) value = this.#read(await response.json());
      else problem = await errorSentence(response);
      if (response.ok && value === null) problem = 'The daemon and this page are of different versions. Reload the page.';
    } catch {
      problem = 'The daemon did not answer.';
    }
    // A newer request has another subject: drop this answer.
    if (about !== this.#about) return;
    if (value === null) this.#about = '';
    this.#value = value;
    this.#problem = problem;
  }
}
