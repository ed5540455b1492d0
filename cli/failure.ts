// Why could a command not run? Every failure becomes one sentence and one action; a stack trace only for those who ask.
import type { FileFailure } from '#files';
import { printable } from './printable.ts';

/** Why, for scripts; docs/cli.md says what each means. */
export type FailureCode =
  | 'usage'
  | 'file'
  | 'account'
  | 'job'
  | 'state'
  | 'provider'
  | 'refused'
  | 'port'
  | 'interrupted'
  | 'unexpected';

/** The `error` of every JSON document whose command could not run. */
export interface Failure {
  readonly code: FailureCode;
  /** One sentence and what to do. */
  readonly message: string;
}

/** An expected end: the person gets the message and nothing else. */
export class CouldNotRun extends Error {
  readonly code: FailureCode;

  constructor(message: string, code: FailureCode = 'usage', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** @param error whatever was thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CouldNotRun) return { code: error.code, message: error.message };
  const ofFile = fileSentence(error);
  if (ofFile !== null) return { code: 'file', message: ofFile };
  const message = error instanceof Error ? error.message : String(error);
  // Known by its name: its module is loaded only by verbs that need it.
  if (error instanceof Error && error.name === 'StoreError') return { code: 'state', message };
  return {
    code: 'unexpected',
    message: `Something unexpected happened: ${message.replace(/\.$/, '')}. Run it again with LLM_BATCH_DEBUG=1 and report what it prints.`,
  };
}

/** For the terminal. */
export function sentenceOf(failure: Failure): string {
  return printable(failure.message);
}

function fileSentence(error: unknown): string | null {
  // Known by its shape: the module of its class is loaded only by verbs that need it.
  if (error instanceof Error && 'failure' in error) return (error.failure as FileFailure).message;
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : null;
  if (path === null) return null;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no file ${path}; check the name.`;
    case 'EISDIR':
      return `${path} is a folder; name a file in it.`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be opened; change its permissions.`;
    case 'EROFS':
      return `${path} is on a disk that takes no changes; name another place.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk of ${path} is full; free some space and run it again.`;
    default:
      return `${path} cannot be used (${String(error.code)}); check it and run it again.`;
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'APIUserAbortError');
}
