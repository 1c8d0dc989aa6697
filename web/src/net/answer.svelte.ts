import { apiGet, errorSentence } from './session.ts';

/** What a route of the API answers, asked once for each thing that it may be about. */
export class Answer<T> {
  readonly #read: (body: unknown) => T | null;
  #value = $state.raw<T | null>(null);
  #problem = $state.raw('');
  /** What it was asked about last; '': nothing, or in vain. */
  #about = '';

  /** `read` checks an answer: null when it is none. */
  constructor(read: (body: unknown) => T | null) {
    this.#read = read;
  }

  /** null while there is none. */
  get value(): T | null {
    return this.#value;
  }
  /** Why there is none, one sentence; '' while it is on its way. */
  get problem(): string {
    return this.#problem;
  }

  /** Asks, unless it has been asked about the very same. */
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
      if (response.ok && value === null) problem = 'The daemon speaks another version than this page. Reload the page.';
    } catch {
      problem = 'The daemon did not answer.';
    }
    // Asked about something else meanwhile: this is of no use any more.
    if (about !== this.#about) return;
    if (value === null) this.#about = '';
    this.#value = value;
    this.#problem = problem;
  }
}
