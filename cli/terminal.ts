// Where does the command read and write? The process's streams behind one small interface; stdout is for answers, stderr for the rest.
import { once } from 'node:events';
import { homedir } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { type ExitCode, exitCode } from './exitCode.ts';
import { isAbort } from './failure.ts';
import { printable, printableJson } from './printable.ts';

type Format = 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold';

/** Colours text where colours are wanted, and gives it back unchanged elsewhere. */
export type Paint = (format: Format, text: string) => string;

/** How long a process may take to end by itself. */
const lingerMs = 1000;

export class Terminal {
  readonly env: Readonly<Record<string, string | undefined>> = process.env;
  readonly home = homedir();
  readonly input: NodeJS.ReadStream = process.stdin;
  /** stderr is a screen: bars and other moving things may be drawn there. */
  readonly showsProgress = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  /** Someone is there to answer a question. */
  readonly canAsk = process.stdin.isTTY === true && process.stderr.isTTY === true;
  /** How wide the screen is that the answer goes to; null where it is no screen, and lines may be of any length. */
  readonly columns = process.stdout.isTTY === true ? (process.stdout.columns ?? null) : null;
  /** What the process ends with; a verb sets it. */
  status: ExitCode = exitCode.clean;

  readonly #interrupt = new AbortController();
  readonly #closed = new Set<NodeJS.WriteStream>();
  #hasAnswered = false;

  /** Aborted by Ctrl-C or a request to end. */
  get signal(): AbortSignal {
    return this.#interrupt.signal;
  }

  /** Waits for Ctrl-C. */
  async interrupted(): Promise<void> {
    if (!this.signal.aborted) await once(this.signal, 'abort');
  }

  /** Begins to listen for Ctrl-C (a second one ends at once) and for readers that go away. */
  open(): void {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (this.signal.aborted) {
          // Gives back what a bar takes of the screen: the cursor, and the wrapping of lines.
          if (this.showsProgress) process.stderr.write('\u001b[?25h\u001b[?7h');
          process.exit(exitCode.interrupted);
        }
        this.#interrupt.abort();
      });
    }
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        // A reader such as `head` has seen enough; what it does not take is not an error of ours.
        if (error.code !== 'EPIPE') throw error;
        this.#closed.add(stream);
      });
    }
  }

  readonly paint: Paint = (format, text) => this.#paint(process.stdout, format, text);
  readonly paintNote: Paint = (format, text) => this.#paint(process.stderr, format, text);

  #paint(stream: NodeJS.WriteStream, format: Format, text: string): string {
    const { NO_COLOR, TERM } = this.env;
    const plain = stream.isTTY !== true || (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb';
    // Decided here, the same on every Node: older ones do not look at the stream.
    return plain ? text : styleText(format, text, { validateStream: false });
  }

  /** One line, or several, of the answer. */
  print(text: string): void {
    if (!this.#closed.has(process.stdout)) process.stdout.write(`${text}\n`);
  }

  /** The answer as one JSON document. */
  printJson(document: unknown): void {
    this.#hasAnswered = true;
    this.print(printableJson(document));
  }

  /** The same on one line, where more than one document may come, or the process goes on. */
  printJsonLine(document: unknown): void {
    this.#hasAnswered = true;
    this.print(printableJson(document, 0));
  }

  /** Whether the one document that JSON promises is out. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** A chunk of the answer as it is, for results on stdout; waits while the reader is slow. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#closed.has(process.stdout)) return;
    if (!process.stdout.write(chunk))
      await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]);
  }

  /** One line that is not part of the answer: progress, advice, failures. */
  note(text: string): void {
    if (!this.#closed.has(process.stderr)) process.stderr.write(`${text}\n`);
  }

  /** Asks a question to be answered with y or n; Enter, and the end of input, mean no. */
  async confirm(question: string): Promise<boolean> {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    // While it reads, Ctrl-C comes to the line reader instead of to the process.
    lines.on('SIGINT', () => this.#interrupt.abort());
    const closed = once(lines, 'close').then(() => '');
    try {
      const asked = lines.question(`${printable(question)} [y/N] `, { signal: this.signal });
      const answer = await Promise.race([asked, closed]);
      return /^y(es)?$/i.test(answer.trim());
    } catch (error) {
      // Ctrl-D ends the line it was asked on.
      if (this.signal.aborted || !isAbort(error)) throw error;
      this.note('');
      return false;
    } finally {
      lines.close();
    }
  }

  /**
   * Ends the process when everything written has gone out. Left to end by itself: `process.exit` waits for V8's threads
   * at once, and one of them may be waiting for this one to collect garbage (nodejs/node#54918; seen with large files).
   */
  async end(): Promise<void> {
    for (const stream of [process.stdout, process.stderr]) {
      if (!this.#closed.has(stream)) await new Promise((resolve) => stream.write('', resolve));
    }
    process.exitCode = this.status;
    // What still listens, such as a connection kept for the next call, has nothing more to say.
    setTimeout(() => process.exit(), lingerMs).unref();
  }
}
