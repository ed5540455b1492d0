// `check --fix`: mends each file before it is checked; `--dry-run` prints what would change as a patch instead.
import { createReadStream } from 'node:fs';
import type { Configuration, CountByCode, Provider } from '#core';
import { CouldNotRun } from './failure.ts';
import type { Input } from './input.ts';
import { fileProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { fromHere } from './words.ts';

export interface FixSettings {
  readonly provider: Provider | 'auto';
  readonly config: Configuration;
  readonly today: string;
  /** Prints a patch and changes nothing. */
  readonly dryRun: boolean;
  /** Where a patch is not the answer, it is not printed. */
  readonly showPatch: boolean;
}

/** What was mended, or would be. */
export interface Fixed {
  readonly applied: CountByCode;
  readonly isDryRun: boolean;
  /** Why something that is usually mended was not. */
  readonly refused: string | null;
}

/** Standard input can only go on to standard output, which then holds nothing else. */
export function assertFixable(inputs: readonly Input[], format: string, dryRun: boolean): void {
  if (dryRun || !inputs.some(({ name }) => name === '-')) return;
  if (inputs.length > 1) {
    throw new CouldNotRun('With --fix, standard input goes on to standard output; name - alone.');
  }
  if (format !== 'text') {
    throw new CouldNotRun(
      'Standard output cannot hold both the mended lines and the report; name a file, or leave --format out.',
    );
  }
}

export async function fixInput(input: Input, settings: FixSettings, terminal: Terminal): Promise<Fixed> {
  const { fixFile } = await import('#files');
  const { dryRun, showPatch, provider, config, today } = settings;
  const patch = dryRun && showPatch ? await patchOutput(input, terminal) : null;
  const progress = await fileProgress(input, 'fixing', terminal);
  const report = await fixFile(
    { path: input.path, provider, config, today, write: !dryRun, name: patchName(input) },
    {
      signal: terminal.signal,
      onProgress: progress.at,
      ...(dryRun ? { onPatch: async (bytes) => patch?.write(bytes) } : {}),
    },
  ).finally(() => progress.stop());
  if (!('applied' in report)) {
    throw new CouldNotRun(
      report.message.replaceAll(input.path, () => nameOf(input)),
      'file',
    );
  }
  await patch?.end();
  if (input.name === '-' && !dryRun) {
    for await (const bytes of createReadStream(input.path)) await terminal.write(bytes as Buffer);
  }
  return { applied: report.applied, refused: report.refused, isDryRun: dryRun };
}

function nameOf({ name }: Input): string {
  return name === '-' ? 'standard input' : name;
}

/** From the folder where the command runs, as `git apply` and `patch -p1` look for it. */
function patchName({ name, path }: Input): string {
  return name === '-' ? 'stdin.jsonl' : fromHere(path);
}

interface PatchOutput {
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/** Exactly as it is where it goes to a file or a pipe; on a screen, shortened and without what steers it. */
async function patchOutput(input: Input, terminal: Terminal): Promise<PatchOutput> {
  if (terminal.columns === null) return { write: (bytes) => terminal.write(bytes), end: async () => {} };
  const { ScreenPatch } = await import('./screenPatch.ts');
  return new ScreenPatch(nameOf(input), terminal.columns, terminal);
}
