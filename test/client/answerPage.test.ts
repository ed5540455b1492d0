// What does a person read of an answer that was tried?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, answerPage } from '../../client/answerPage.ts';

const l10n = {
  t: (message: string, ...args: readonly (string | number)[]) =>
    message.replace(/\{(\d)\}/g, (_, at: string) => String(args[Number(at)])),
};
const facts = { model: 'gpt-6-luna', place: 'OpenAI (key …abcd)' };

function answer(changes: Partial<Answer['row']> = {}): Answer {
  const usage = {
    ...{ input_tokens: 1200, output_tokens: 34 },
    ...{ cached_input_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 },
  };
  return {
    kind: 'tried',
    status: 200,
    elapsedMs: 1234,
    response: '{\n  "id": "x"\n}',
    row: {
      ...{ line: 0, customId: 'a', status: 'succeeded', text: 'First line.\nSecond.', finishReason: 'stop' },
      ...{ usage, costUsd: 0.0021, error: null, note: null, attempt: 1, ...changes },
    },
  };
}

test('the words first, then the figures, then all of it', () => {
  const page = answerPage(answer(), facts, l10n);
  assert.match(page, /^First line\.\nSecond\.\n/);
  assert.match(
    page,
    /OpenAI \(key …abcd\) · gpt-6-luna · stop · 1,200 tokens in, 34 out · \$0\.0021 · 1\.2 s/,
  );
  assert.ok(page.endsWith('{\n  "id": "x"\n}\n'));
});

test('what is not known is said to be so; a note is said', () => {
  const page = answerPage(
    answer({
      costUsd: null,
      usage: null,
      text: null,
      note: { code: 'truncated', message: 'It was cut off.' },
    }),
    facts,
    l10n,
  );
  assert.match(page, /^The answer has no text\.\n\nIt was cut off\.\n/);
  assert.match(page, /stop · cost unknown · 1\.2 s/);
});

test('a refusal is the code and words of the provider, and no cost', () => {
  const error = { code: 'model_not_found', message: 'No such model.' };
  const page = answerPage(
    {
      ...answer({ status: 'failed', error, text: null, usage: null, costUsd: null, finishReason: null }),
      status: 404,
    },
    facts,
    l10n,
  );
  assert.match(page, /^model_not_found: No such model\.\n/);
  assert.match(page, /gpt-6-luna · HTTP status 404 · 1\.2 s/);
  assert.ok(!page.includes('cost'));
});
