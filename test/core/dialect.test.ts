import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectDialect } from '#core';

function nameOf(...lines: readonly string[]): string | null {
  const dialect = detectDialect(lines);
  return dialect?.kind === 'recognised' ? dialect.name : (dialect?.kind ?? null);
}

test('a request is known by its id, or without one by its path or its model', () => {
  assert.equal(nameOf('{"custom_id":"a","body":{}}'), 'openai');
  assert.equal(nameOf('{"custom_id":"a","method":"POST"}'), 'openai');
  assert.equal(nameOf('{"method":"POST","url":"/v1/chat/completions","body":{}}'), 'openai');
  assert.equal(nameOf('{"url":"/chat/completions","body":{"model":"gpt-6-luna"}}'), 'openai');
});

test('issues, comments and HTTP logs have a url and a body, and are left alone', () => {
  assert.equal(nameOf('{"url":"https://example.org/issues/5","number":5,"body":"It breaks."}'), null);
  assert.equal(nameOf('{"method":"GET","url":"/","body":null}'), null);
  assert.equal(nameOf('{"method":"POST","url":"/login","body":{"user":"a"}}'), null);
});

test('a first line that is broken or no request decides nothing', () => {
  assert.equal(nameOf('{"custom_id":"a","meth', '', '{"custom_id":"b","url":"/v1/responses"}'), 'openai');
  assert.equal(nameOf('[', '{"custom_id":"b","url":"/v1/responses"},'), 'openai');
  assert.equal(nameOf('{"custom_id":"a","params":{}}'), 'Anthropic requests');
});
