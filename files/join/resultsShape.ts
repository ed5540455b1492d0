// Is a file that someone named as results one of results at all?
import { readOutcome } from '#core';
import { FileFailureError } from '../fileFailure.ts';

/** Lines are read in full until one is a result. A file of no lines will do: providers write such. */
export class ResultsShape {
  #isKnown = false;
  #lines = 0;
  #foreign = 0;
  #cutOff = 0;

  see(text: string, customId: string | null): void {
    if (this.#isKnown) return;
    this.#lines++;
    const result = readOutcome(text);
    if (result.kind !== 'unreadable') this.#isKnown = true;
    else if (result.reason === 'noResult') this.#foreign++;
    else if (customId !== null) this.#cutOff++;
  }

  get isResults(): boolean {
    return this.#isKnown || this.#lines === 0 || (this.#foreign === 0 && this.#cutOff > 0);
  }
}

export function notResults(path: string): FileFailureError {
  const message = `${path} holds no batch results; name the provider's output or error file, or a merged file.`;
  return new FileFailureError({ kind: 'notResults', path, message });
}
