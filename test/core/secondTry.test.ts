// Which errors are worth a second try: by code, by HTTP status, by words, for each provider's own way of saying it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canSucceedAgain, type RowStatus } from '#core';

function can(code: string, message = '', httpStatus: number | null = null): boolean {
  return canSucceedAgain({ status: 'failed', error: { code, message } }, httpStatus);
}

test('what a provider could not do just now can succeed', () => {
  for (const code of [
    ...['server_error', 'rate_limit_exceeded', 'overloaded_error', 'api_error', 'timeout_error', 'http_500'],
    ...[
      'http_503',
      'http_429',
      'http_408',
      'http_529',
      '500',
      'UNAVAILABLE',
      'RESOURCE_EXHAUSTED',
      '13',
      '14',
    ],
    ...[
      'a_code_of_tomorrow',
      'unknown_error',
      'no_response',
      'unreadable_result',
      'failed_to_download_image',
    ],
  ])
    assert.equal(can(code), true, code);
});

test('what is wrong with the request, the key or the account stays wrong', () => {
  for (const code of [
    ...['http_400', 'http_401', 'http_403', 'http_404', 'http_413', 'http_422', '400', '404', 'http_501'],
    ...['context_length_exceeded', 'content_policy_violation', 'invalid_request_error', 'invalid_prompt'],
    ...['model_not_found', 'unsupported_value', 'insufficient_quota', 'batch_failed', 'broken_request'],
    ...['not_found_error', 'permission_error', 'authentication_error', 'billing_error', 'request_too_large'],
    ...['INVALID_ARGUMENT', 'PERMISSION_DENIED', 'NOT_FOUND', '3', '5', '7'],
  ])
    assert.equal(can(code), false, code);
});

test('a code says more than the status beside it, and the status more than nothing', () => {
  assert.equal(can('insufficient_quota', '', 429), false);
  assert.equal(can('rate_limit_exceeded', '', 429), true);
  assert.equal(can('strange', '', 400), false);
  assert.equal(can('strange', '', 502), true);
  assert.equal(can('unknown_error', "This model's maximum context length is 8192 tokens."), false);
});

test('requests that were not run can be run; one that can have no result cannot', () => {
  const withCode = (status: RowStatus, code: string): boolean =>
    canSucceedAgain({ status, error: { code, message: '' } });
  assert.equal(withCode('expired', 'batch_expired'), true);
  assert.equal(withCode('cancelled', 'batch_cancelled'), true);
  assert.equal(withCode('missing', 'no_result'), true);
  assert.equal(withCode('missing', 'duplicate_custom_id'), false);
  assert.equal(withCode('missing', 'no_custom_id'), false);
  assert.equal(canSucceedAgain({ status: 'succeeded', error: null }), false);
});
