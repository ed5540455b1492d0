// Checks a file on disk, streamed, with the same rules as an open document; the bytes are hashed as they are checked.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import {
  BatchFile,
  checkLine,
  checkName,
  type Dialect,
  detectDialect,
  type FileReport,
  type Finding,
  type SeverityOverrides,
  sampleLines,
} from '#core';
import { FileFailureError } from './fileFailure.ts';
import { type FileLine, readLines } from './lines.ts';

export interface CheckFileOptions {
  /** `auto` reads the dialect from the first lines. */
  readonly provider: 'auto' | 'openai';
  readonly severity: SeverityOverrides;
  readonly maxProblems: number;
  /** ISO date. */
  readonly today: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((readBytes: number) => void) | undefined;
}

export interface FileCheck {
  /** Null when the file is of no dialect that can be checked. */
  readonly provider: 'openai' | null;
  readonly report: FileReport;
  /** Of exactly the bytes that were checked, hexadecimal. */
  readonly sha256: string;
}

/**
 * Problems are placed by a second look at their lines, so the file must be a regular one and stay as it is meanwhile.
 * @throws the file system's error (ENOENT, EISDIR, EACCES …), FileFailureError, or AbortError.
 */
export async function checkFile(path: string, options: CheckFileOptions): Promise<FileCheck> {
  const before = statSync(path);
  if (!before.isFile() && !before.isDirectory()) {
    const message = `${path} is no regular file and cannot be read twice; save it to a file first.`;
    throw new FileFailureError({ kind: 'notReadable', path, message });
  }
  const hash = createHash('sha256');
  const file = new BatchFile();
  const places: { readonly offset: number; readonly sizeBytes: number }[] = [];
  const fileFindings = checkName(path);
  let sizeBytes = 0;
  let head: FileLine[] | null = [];
  let dialect: Dialect | null = null;
  const check = (line: FileLine): void => {
    places.push({ offset: line.offset, sizeBytes: line.sizeBytes });
    file.push(checkLine(withoutMark(line), line.sizeBytes, options));
  };
  const decide = (lines: readonly FileLine[]): void => {
    dialect =
      options.provider === 'auto' ? detectDialect(lines.map(withoutMark)) : { kind: options.provider };
    head = null;
    for (const line of lines) check(line);
  };
  const lines = readLines(path, {
    signal: options.signal,
    onBytes: (bytes) => {
      if (sizeBytes === 0) fileFindings.push(...checkEncoding(bytes));
      hash.update(bytes);
      sizeBytes += bytes.length;
    },
  });
  for await (const batch of lines) {
    if (head === null) for (const line of batch) check(line);
    else {
      head.push(...batch);
      if (head.length >= sampleLines * 2) decide(head);
    }
    options.onProgress?.(sizeBytes);
  }
  if (head !== null) decide(head);
  return finish(path, options, {
    before,
    file,
    places,
    fileFindings,
    sizeBytes,
    dialect,
    sha256: hash.digest('hex'),
  });
}

interface Checked {
  readonly before: Stats;
  readonly file: BatchFile;
  readonly places: readonly { readonly offset: number; readonly sizeBytes: number }[];
  readonly fileFindings: readonly Finding[];
  readonly sizeBytes: number;
  readonly dialect: Dialect | null;
  readonly sha256: string;
}

function finish(path: string, options: CheckFileOptions, checked: Checked): FileCheck {
  assertUnchanged(path, checked);
  const handle = openSync(path, 'r');
  try {
    const textOf = (line: number): string => {
      const place = checked.places[line];
      if (place === undefined) return '';
      const bytes = Buffer.alloc(place.sizeBytes);
      const text = bytes.toString('utf8', 0, readSync(handle, bytes, 0, place.sizeBytes, place.offset));
      return withoutMark({ line, text });
    };
    const unreadable = checked.fileFindings.find((finding) => finding.code === 'file.encoding');
    const unknown = unreadable ?? unknownDialect(checked.dialect, checked.file.requestCount);
    const report = checked.file.report({
      maxProblems: options.maxProblems,
      severity: options.severity,
      textOf,
      sizeBytes: checked.sizeBytes,
      fileFindings: unknown === null ? checked.fileFindings : [unknown],
      fileFindingsOnly: unknown !== null,
    });
    assertUnchanged(path, checked);
    return { provider: unknown === null ? 'openai' : null, report, sha256: checked.sha256 };
  } finally {
    closeSync(handle);
  }
}

function assertUnchanged(path: string, { before, sizeBytes }: Checked): void {
  const now = statSync(path);
  if (now.size === sizeBytes && now.mtimeMs === before.mtimeMs && now.ino === before.ino) return;
  const message = `${path} changed while it was checked; try again when nothing writes to it.`;
  throw new FileFailureError({ kind: 'changed', path, message });
}

/** Columns are those an editor shows, and editors hide the mark. */
function withoutMark({ line, text }: Pick<FileLine, 'line' | 'text'>): string {
  return line === 0 && text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** What the first bytes of a file say about how it was saved. */
function checkEncoding(bytes: Uint8Array): Finding[] {
  const [first, second, third] = bytes;
  const where = { kind: 'line' } as const;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return [
      {
        code: 'file.encoding',
        where,
        message: 'The file is UTF-16; a batch file must be UTF-8. Save it again as UTF-8.',
      },
    ];
  }
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    return [
      {
        code: 'file.bom',
        where,
        message: 'The file begins with a byte order mark; save it as UTF-8 without one.',
      },
    ];
  }
  return [];
}

/** A file without a single request is empty rather than of an unknown dialect. */
function unknownDialect(dialect: Dialect | null, requests: number): Finding | null {
  if (dialect?.kind === 'openai' || requests === 0) return null;
  const message =
    dialect === null
      ? 'Nothing in the first lines looks like a batch request; a line needs custom_id, method, url and body.'
      : `This is a file of ${dialect.name}; only OpenAI requests can be checked.`;
  return { code: 'file.unknown-dialect', where: { kind: 'line' }, message };
}
