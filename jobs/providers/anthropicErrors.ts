// How Anthropic's SDK speaks of failures.
import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
} from '@anthropic-ai/sdk';
import type { ErrorReader } from './calls.ts';

export const anthropicErrors: ErrorReader = {
  isAbort: (error) => error instanceof APIUserAbortError,
  isTimeout: (error) => error instanceof APIConnectionTimeoutError,
  isConnection: (error) => error instanceof APIConnectionError,
  statusOf: (error) => {
    if (!(error instanceof APIError) || typeof error.status !== 'number') return null;
    const { status, headers, errorCode, type, apiMessage } = error;
    // Without words of the API the SDK puts the status before the text of the answer.
    const message = apiMessage ?? error.message.replace(/^\d{3} /, '');
    return {
      ...{ status, message, headers, code: errorCode ?? type },
      isOfKey: type === 'authentication_error' || type === 'permission_error',
    };
  },
};
