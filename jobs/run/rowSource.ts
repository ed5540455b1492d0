// The rows of a run that are still to be sent, one after the other from a file of any size.
import { type Configuration, type Dialect, readSyncLine, type SyncLine, withoutByteOrderMark } from '#core';
import { estimateLines, readLines } from '#files';
import type { RowStates } from './rowStates.ts';

/** Small, so that few rows are in memory beside those under way. */
const chunkBytes = 1 << 18;

export interface RowToSend {
  /** 0-based. */
  readonly line: number;
  readonly text: string;
  readonly read: Exclude<SyncLine, { readonly kind: 'blank' }>;
}

/** @throws FileFailureError. */
export async function* rowsToSend(
  requests: string,
  states: RowStates,
  { dialect, model }: { readonly dialect: Dialect; readonly model: string | null },
): AsyncGenerator<RowToSend> {
  for await (const lines of readLines(requests, { chunkBytes })) {
    for (const { line, text: raw } of lines) {
      if (states.isFinished(line)) continue;
      const text = withoutByteOrderMark(raw);
      const read = readSyncLine(text, dialect, model);
      if (read.kind !== 'blank') yield { line, text, read };
    }
  }
}

/** Tokens that a row is expected to use, as a limit per minute counts them: its input, and what answers use so far. */
export class TokenGuess {
  readonly #settings: { readonly dialect: Dialect; readonly config: Configuration; readonly today: string };
  #answers = 0;
  #used = 0;
  #input = 0;

  constructor(settings: {
    readonly dialect: Dialect;
    readonly config: Configuration;
    readonly today: string;
  }) {
    this.#settings = settings;
  }

  async of(text: string): Promise<{ readonly input: number; readonly all: number }> {
    const { dialect, config, today } = this.#settings;
    const [line] = await estimateLines({ texts: [text], today, config, provider: dialect.provider });
    // Of what cannot be counted the text's length says something.
    const input = line?.inputTokens ?? Math.ceil(text.length / 4);
    const most = line?.outputMaxTokens ?? Number.POSITIVE_INFINITY;
    const usual = this.#answers === 0 ? firstGuess : Math.max(0, this.#used - this.#input) / this.#answers;
    return { input, all: input + Math.ceil(Math.min(most, usual)) };
  }

  learn(input: number, usedTokens: number): void {
    this.#answers++;
    this.#input += input;
    this.#used += usedTokens;
  }
}

/** Output tokens of an answer while none has come yet. */
const firstGuess = 256;
