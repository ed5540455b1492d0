// Whose file is this, by its beginning alone? Also of one in UTF-16, whose lines cannot be checked as they are.
import { type Configuration, detectFile, type FileKind } from '#core';
import { InputFile } from '../inputFile.ts';
import { readHead } from '../pass/fileHead.ts';

const sampleBytes = 1 << 16;

/** @returns null for a file of nobody. @throws FileFailureError for what cannot be read. */
export function kindOfFile(path: string, config: Configuration): FileKind | null {
  const input = InputFile.open(path);
  try {
    const { encoding, isWide, kind } = readHead(input, { provider: 'auto', config });
    if (!isWide || encoding === null) return kind;
    if (encoding.encoding !== 'utf-16le' && encoding.encoding !== 'utf-16be') return null;
    const bytes = Buffer.alloc(Math.min(sampleBytes, input.sizeBytes));
    input.read(bytes, 0, bytes.length);
    const text = new TextDecoder(encoding.encoding).decode(bytes);
    return detectFile(text.split('\n'), config.provider);
  } finally {
    input.dispose();
  }
}
