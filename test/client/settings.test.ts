// The settings page: every problem code can be given a severity, and what guards money and keys is not a workspace's.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { problemCodes } from '#core';

interface Setting {
  readonly scope?: string;
  readonly markdownDescription?: string;
  readonly properties?: Readonly<Record<string, { readonly enum: readonly string[] }>>;
}

const { contributes } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
};
const settings = contributes.configuration.properties;

test('llmBatch.severity offers exactly the codes there are', () => {
  const { properties = {} } = settings['llmBatch.severity'] ?? {};
  assert.deepEqual(Object.keys(properties).sort(), Object.keys(problemCodes).sort());
  for (const { enum: values } of Object.values(properties)) {
    assert.deepEqual(values, ['error', 'warning', 'info', 'hint', 'off']);
  }
});

test('a cloned workspace cannot choose where requests and keys go', () => {
  const urls = ['openai', 'anthropic', 'gemini'].map((name) => `llmBatch.${name}.baseUrl`);
  const own = ['profile', 'profiles', 'budget', 'alerts'].map((name) => `llmBatch.${name}`);
  for (const name of [...own, ...urls]) assert.equal(settings[name]?.scope, 'application');
});

test('a cloned workspace cannot change what things cost, but for what its own file says, which is named', () => {
  assert.equal(settings['llmBatch.prices']?.scope, 'application');
  assert.equal(settings['llmBatch.calibration']?.scope, 'application');
  assert.equal(settings['llmBatch.priceFile']?.scope, 'machine');
});

test('every setting says what it does', () => {
  for (const [name, { markdownDescription = '' }] of Object.entries(settings)) {
    assert.ok(markdownDescription.length > 20, name);
  }
});
