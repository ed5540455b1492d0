// Where is the file that was named? `-` is standard input, kept in a temporary file so that it can be read as any other.
import { createWriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CouldNotRun, type Failure, failureOf, isAbort, sentenceOf } from './failure.ts';
import type { Terminal } from './terminal.ts';

export interface Input {
  /** As the person named it. */
  readonly name: string;
  /** Where the bytes are; absolute. */
  readonly path: string;
  /** From where `.llm-batch.json` is looked for; absolute. */
  readonly configPath: string;
}

/** Hands over the files that were named, in their order, and removes what was kept of standard input afterwards. */
export async function withInputs<Result>(
  names: readonly string[],
  terminal: Terminal,
  use: (inputs: readonly Input[]) => Promise<Result>,
): Promise<Result> {
  if (names.filter((name) => name === '-').length > 1) {
    throw new CouldNotRun('Standard input can be read once; name - only once.');
  }
  if (!names.includes('-')) return await use(names.map(fileInput));
  const { openTemporaryFolder } = await import('#files');
  const folder = await openTemporaryFolder();
  try {
    // Named as a batch file is, for the name of a pipe says nothing about its bytes.
    const path = join(folder.path, 'stdin.jsonl');
    await pipeline(terminal.input, createWriteStream(path, { mode: 0o600 }), { signal: terminal.signal });
    const stdin: Input = { name: '-', path, configPath: resolve('stdin.jsonl') };
    return await use(names.map((name) => (name === '-' ? stdin : fileInput(name))));
  } finally {
    await folder.dispose();
  }
}

function fileInput(name: string): Input {
  if (name === '')
    throw new CouldNotRun('The name of a file is empty; name a file, or - for standard input.');
  const path = resolve(name);
  return { name, path, configPath: path };
}

/** A file that was named and could not be used. */
export interface FailedInput extends Failure {
  readonly input: Input;
}

/**
 * The same act for every file, one after the other. Of several, one that cannot be used does not keep the others back: it is
 * said on stderr and handed back. A single one fails as it fails.
 */
export async function eachInput<Result>(
  inputs: readonly Input[],
  terminal: Terminal,
  act: (input: Input) => Promise<Result>,
): Promise<{ readonly results: readonly Result[]; readonly failed: readonly FailedInput[] }> {
  const results: Result[] = [];
  const failed: FailedInput[] = [];
  for (const input of inputs) {
    try {
      results.push(await act(input));
    } catch (error) {
      const failure = failureOf(error);
      if (inputs.length === 1 || isAbort(error) || failure.code !== 'file') throw error;
      failed.push({ ...failure, input });
      terminal.note(`${terminal.paintNote('red', 'llm-batch:')} ${sentenceOf(failure)}`);
    }
  }
  return { results, failed };
}

/** Lets the file system's errors speak of the file by the name the person typed. */
export async function asNamed<Result>(input: Input, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const name = input.name === '-' ? 'standard input' : input.name;
    if (error instanceof Error && 'failure' in error) {
      throw new CouldNotRun(
        error.message.replaceAll(input.path, () => name),
        'file',
        { cause: error },
      );
    }
    // Some of the system's errors (reading a folder) name no file at all.
    if (error instanceof Error && 'syscall' in error && (!('path' in error) || error.path === input.path)) {
      Object.assign(error, { path: name });
    }
    throw error;
  }
}
