// Could a request that was not answered succeed when it is sent again as it is? Where it is known that it cannot, nothing is
// sent again by itself; a person still may.
import type { RowError, RowStatus } from '../result.ts';

/** What the answer is read from. */
export interface UnansweredRow {
  readonly status: RowStatus;
  readonly error: RowError | null;
}

/**
 * Errors of which it is not known count as ones that can: what they cost is a row that fails again, which nobody bills.
 * @param httpStatus of the row's response, where its provider gives one.
 */
export function canSucceedAgain({ status, error }: UnansweredRow, httpStatus: number | null = null): boolean {
  const code = (error?.code ?? '').toLowerCase();
  // Of ours: such a request can have no result, or its whole batch was refused for what is in it.
  if (hopelessJoins.has(code)) return false;
  if (status !== 'failed') return status !== 'succeeded';
  if (hopelessCodes.has(code) || hopelessBeginnings.some((beginning) => code.startsWith(beginning)))
    return false;
  if (passingCodes.has(code)) return true;
  const http = httpStatus ?? httpStatusIn(code);
  if (http !== null) return isPassingStatus(http);
  return !hopelessWords.test(error?.message ?? '');
}

const hopelessJoins: ReadonlySet<string> = new Set([
  ...['broken_request', 'no_custom_id', 'duplicate_custom_id', 'ambiguous_result', 'batch_failed'],
]);

const hopelessCodes: ReadonlySet<string> = new Set([
  // OpenAI: its error codes guide, `ResponseError.code` of openai 7.55, codes of refused lines as recorded, 2026-11.
  ...['context_length_exceeded', 'string_above_max_length', 'content_policy_violation', 'content_filter'],
  ...['image_content_policy_violation', 'moderation_blocked', 'bio_policy', 'misalignment_policy_violation'],
  ...['data_residency_mismatch', 'image_file_not_found'],
  ...['model_not_found', 'unknown_parameter', 'missing_required_parameter', 'array_above_max_length'],
  ...['integer_above_max_value', 'integer_below_min_value', 'image_too_large', 'image_too_small'],
  ...['empty_image_file', 'image_parse_error', 'image_file_too_large', 'streaming_unsupported'],
  ...['mismatched_model', 'model_mismatch', 'url_mismatch', 'url_not_found', 'deploymentnotfound'],
  // Only money or another key helps: the same answer comes until a person acts.
  ...['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active', 'account_deactivated'],
  // Anthropic: errors guide and `ErrorObject` of @anthropic-ai/sdk, 2026-11: 400, 401, 402, 403, 404, 413.
  ...['authentication_error', 'billing_error', 'permission_error', 'not_found_error', 'request_too_large'],
  // Google: the words and numbers of google.rpc.Code. A precondition fails until the state of the account changes.
  ...[
    'failed_precondition',
    'permission_denied',
    'unauthenticated',
    'not_found',
    'out_of_range',
    'unimplemented',
  ],
  ...[
    'already_exists',
    '3',
    '5',
    '6',
    '7',
    '9',
    '11',
    '12',
    '15',
    '16',
    'safety',
    'prohibited_content',
    'blocklist',
  ],
  ...['prompt_blocked', 'data_loss', 'recitation', 'spii', 'image_safety'],
]);

/** `invalid_request_error`, `invalid_prompt`, `invalid_image`, `INVALID_ARGUMENT`, `unsupported_value` … */
const hopelessBeginnings: readonly string[] = ['invalid_', 'unsupported_', 'blocked_'];

const passingCodes: ReadonlySet<string> = new Set([
  // OpenAI, Anthropic, Google in this order; sources as above.
  ...['server_error', 'internal_error', 'rate_limit_exceeded', 'timeout', 'engine_overloaded', 'slow_down'],
  ...['vector_store_timeout', 'failed_to_download_image'],
  ...['rate_limit_error', 'overloaded_error', 'api_error', 'timeout_error'],
  ...[
    'resource_exhausted',
    'unavailable',
    'deadline_exceeded',
    'internal',
    'aborted',
    'unknown',
    'cancelled',
  ],
  ...['1', '2', '4', '8', '10', '13', '14'],
]);

/** `http_500`, as an error without a code of its own is called, and codes that are a status themselves. */
function httpStatusIn(code: string): number | null {
  const [, digits] = /^(?:http_)?([1-5]\d\d)$/.exec(code) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** What the official SDKs repeat: 408, 409, 429 and 5xx (openai 7.55, @anthropic-ai/sdk 1.x); 501 and 505 say "never". */
function isPassingStatus(status: number): boolean {
  if (status >= 500) return status !== 501 && status !== 505;
  return status === 408 || status === 409 || status === 425 || status === 429 || status < 400;
}

/** Where there is nothing but words: those that gateways pass on without their code. */
const hopelessWords =
  /context (?:length|window)|maximum context|too many tokens|prompt is too long|content (?:policy|management policy|filter)|invalid (?:request|argument|api key)|unsupported (?:parameter|value)|does not exist/i;
