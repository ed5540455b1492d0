// The cut of a file that nobody holds open: where would its parts begin?
import { InputFile } from '../inputFile.ts';
import { type CutOptions, cutFile, type FileCut } from './split.ts';

/** As `cutFile`. @throws FileFailureError, AbortError. */
export async function cutPath(path: string, options: CutOptions): Promise<FileCut> {
  const input = InputFile.open(path);
  try {
    return await cutFile(input, options);
  } finally {
    input.dispose();
  }
}
