// What the injected grammar colours in a line: the values a request is told apart by, and nothing of its texts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Pattern {
  readonly match: string;
  readonly captures: Readonly<Record<string, { readonly name: string }>>;
}

const grammar = JSON.parse(
  readFileSync(new URL('../../syntaxes/batchFile.tmLanguage.json', import.meta.url), 'utf8'),
) as { readonly injectionSelector: string; readonly patterns: readonly Pattern[] };

/** Each coloured text with the first words of its scope. The engine differs from VS Code's; these patterns mean the same in both. */
function coloured(line: string): string[][] {
  return grammar.patterns.flatMap(({ match, captures }) =>
    [...line.matchAll(new RegExp(match, 'g'))].map((found) => [
      captures['2']?.name.replace('.llm-batch.json.lines', '') ?? '',
      found[2] ?? '',
    ]),
  );
}

test('id, endpoint and model are coloured', () => {
  const line = JSON.stringify({
    custom_id: 'a-"1"',
    method: 'POST',
    url: '/v1/responses',
    body: { model: 'gpt-6-luna' },
  });
  const expected = [
    ['entity.name.type.custom-id', 'a-\\"1\\"'],
    ['constant.language.endpoint', '/v1/responses'],
    ['entity.name.function.model', 'gpt-6-luna'],
  ];
  assert.deepEqual(coloured(line), expected);
  assert.deepEqual(coloured(line.replaceAll('":"', '": "')), expected);
});

test('addresses of images and text that looks like a request keep their colour', () => {
  const text = JSON.stringify({ custom_id: 'x', url: '/v1/responses', model: 'y' });
  const line = JSON.stringify({ content: text, image_url: { url: 'https://example.org/v1/x.png' } });
  assert.deepEqual(coloured(line), []);
  assert.ok(grammar.injectionSelector.includes('-string'));
});
