// What do the first lines of a large file show? In this thread and at once: a worker takes ten times as long to start.

import { InputFile } from '../inputFile.ts';
import type { CheckFileOptions, FirstCheck } from '../pass/check.ts';
import { FileChecker } from '../pass/fileChecker.ts';
import { FilePass } from '../pass/filePass.ts';

export type FirstLookOptions = Pick<
  CheckFileOptions,
  'provider' | 'config' | 'maxProblems' | 'today' | 'signal'
>;

/**
 * As `onFirst` of checkFile.
 * @returns null where it shows nothing, and of a file that is so small that it would be all of it.
 * @throws FileFailureError for what cannot be read, or AbortError.
 */
export async function firstLook(path: string, options: FirstLookOptions): Promise<FirstCheck | null> {
  const input = InputFile.open(path);
  try {
    const pass = new FilePass(input, { signal: options.signal, isFirstSmall: true });
    const checker = new FileChecker(input, { ...options, boundTokens: true });
    for await (const part of pass.answers(() => checker.settings)) {
      checker.add(part);
      const first = part.end < input.sizeBytes ? checker.first() : null;
      return first === null ? null : { ...first, readBytes: part.end };
    }
    return null;
  } finally {
    input.dispose();
  }
}
