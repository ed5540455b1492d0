// How OpenAI's SDK speaks of failures.
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import type { ErrorReader } from './calls.ts';

export const openaiErrors: ErrorReader = {
  isAbort: (error) => error instanceof APIUserAbortError,
  isTimeout: (error) => error instanceof APIConnectionTimeoutError,
  isConnection: (error) => error instanceof APIConnectionError,
  statusOf: (error) => {
    if (!(error instanceof APIError) || typeof error.status !== 'number') return null;
    const { status, code, headers } = error;
    // The SDK puts the status before the words.
    const message = error.message.replace(/^\d{3} /, '');
    return { status, code: typeof code === 'string' ? code : null, message, headers };
  },
};
