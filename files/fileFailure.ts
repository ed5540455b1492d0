// What can go wrong with a file that a person named or asked for: a value with one sentence, not an exception.

export interface FileFailure {
  readonly kind:
    | 'notFound'
    | 'notReadable'
    /** A file given as results holds none. */
    | 'notResults'
    /** Something else is where the file should go; it was not touched. */
    | 'notOurs'
    | 'notWritable'
    /** A file changed while it was read. */
    | 'changed';
  readonly path: string;
  /** For a person: one sentence and what to do. */
  readonly message: string;
}

/** Carries a failure up to the function that returns it as a value. */
export class FileFailureError extends Error {
  readonly failure: FileFailure;

  constructor(failure: FileFailure, cause?: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}

/** Runs an act on files; failures come back as values, bugs and cancellation still throw. */
export async function withFailures<Result>(act: () => Promise<Result>): Promise<Result | FileFailure> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof FileFailureError) return error.failure;
    throw error;
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error
    ? error.code
    : null;
}

/** What a file system's error while reading means; anything else is returned as it came. */
export function readingError(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === null) return error;
  const failure: FileFailure =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? { kind: 'notFound', path, message: `There is no file ${path}; check the name.` }
      : code === 'EISDIR'
        ? folderFailure(path)
        : { kind: 'notReadable', path, message: `${path} cannot be read: ${readingReason(code)}.` };
  return new FileFailureError(failure, error);
}

export function folderFailure(path: string): FileFailure {
  return { kind: 'notReadable', path, message: `${path} is a folder; name a file in it.` };
}

function readingReason(code: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'access is denied, change its permissions';
    case 'ELOOP':
      return 'its symbolic links lead round in a circle, name the file itself';
    case 'ENXIO':
      return 'it is no regular file, name a file';
    case 'ENAMETOOLONG':
      return 'its name is too long, check the name';
    default:
      return `the system reports ${code}`;
  }
}

/** What a file system's error while writing means; anything else is returned as it came. */
export function writingError(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === null) return error;
  const message = `${path} could not be written: ${writingReason(code)}.`;
  return new FileFailureError({ kind: 'notWritable', path, message }, error);
}

function writingReason(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full, free some space and try again';
    case 'EFBIG':
      return 'it would grow beyond what the file system or a quota allows';
    case 'ENOENT':
    case 'ENOTDIR':
      return 'its folder does not exist, create it or name another';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'access is denied, change the permissions or name another place';
    default:
      return `the system reports ${code}`;
  }
}

/** Runs an act that writes a file. @throws FileFailureError for what the file system says. */
export async function whileWriting<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw writingError(error, path);
  }
}
