// Do our schemas know what the installed SDKs know, and nothing else? What differs stands in a list, with its reason.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Schema } from '../sdk/jsonSchema.ts';
import { type SdkSchemaName, sdkSchema } from '../sdk/sdkSchemas.ts';
import { compareSchemas } from './compare.ts';
import { exceptions } from './exceptions.ts';

const pairs: readonly { readonly ours: string; readonly sdk: SdkSchemaName }[] = [
  { ours: 'openai/chat-completions', sdk: 'openai/chat-completions' },
  { ours: 'openai/responses', sdk: 'openai/responses' },
  { ours: 'openai/embeddings', sdk: 'openai/embeddings' },
  { ours: 'openai/completions', sdk: 'openai/completions' },
  { ours: 'openai/moderations', sdk: 'openai/moderations' },
  { ours: 'openai/images-generations', sdk: 'openai/images-generations' },
  { ours: 'openai/images-edits', sdk: 'openai/images-edits' },
  // Of both SDK types, the beta one has all.
  { ours: 'anthropic/messages', sdk: 'anthropic/beta-messages' },
  { ours: 'gemini/generate-content', sdk: 'gemini/generate-content' },
  { ours: 'gemini/embed-content', sdk: 'gemini/embed-content' },
];

function ourSchema(name: string): Schema {
  const path = fileURLToPath(new URL(`../../schemas/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(path, 'utf8')) as Schema;
}

/** `*` is any part of a difference. */
function matches(difference: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(difference);
}

for (const { ours, sdk } of pairs) {
  describe(ours, () => {
    const differences = compareSchemas({ ours: ourSchema(ours), sdk: sdkSchema(sdk) });
    const expected = exceptions.filter(({ schema }) => schema === ours);

    test('knows what the SDK knows, and the reverse', () => {
      const unexplained = differences.filter((one) => !expected.some(({ is }) => matches(one, is)));
      assert.deepEqual(unexplained, []);
    });

    test('has no exception that is not needed any more', () => {
      const idle = expected.filter(({ is }) => !differences.some((one) => matches(one, is)));
      assert.deepEqual(idle, []);
    });
  });
}

test('every exception has its schema, a reason and a date', () => {
  for (const { schema, is, reason, date } of exceptions) {
    assert.ok(
      pairs.some(({ ours }) => ours === schema),
      schema,
    );
    assert.ok(reason.length > 20, `${is}: ${reason}`);
    assert.match(date, /^2026-\d\d-\d\d$/);
  }
});
