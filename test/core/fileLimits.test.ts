// Each provider's limits of a whole file: its name, its bytes, its lines, and the inputs of all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BatchFile,
  checkName,
  type Dialect,
  dialectOf,
  type LineFacts,
  type Provider,
  unchecked,
} from '#core';

type Verdict = 'error' | 'warning' | null;

const request: LineFacts = { ...unchecked, kind: 'request', sizeBytes: 1 };

function verdict(
  code: string,
  dialect: Dialect,
  lines: readonly LineFacts[],
  sizeBytes: number,
): { readonly severity: Verdict; readonly line: number | null; readonly message: string } {
  const file = new BatchFile();
  file.splice(0, 0, lines);
  const { problems } = file.report({ dialect, sizeBytes, maxProblems: 10, severity: {}, textOf: () => '{}' });
  const found = problems.find((problem) => problem.code === code);
  const severity = found === undefined ? null : (found.severity as Verdict);
  return { severity, line: found?.line ?? null, message: found?.message ?? '' };
}

for (const [provider, name, severity] of [
  ['openai', 'a.jsonl', null],
  ['openai', 'A.JSONL', null],
  ['openai', 'a.json', 'error'],
  ['openai', 'a.txt', 'error'],
  ['openai', 'jsonl', 'error'],
  ['azure', 'a.json', 'error'],
  ['mistral', 'a.json', 'warning'],
  ['groq', 'a.json', 'warning'],
  ['xai', 'a.json', 'warning'],
  ['openai-compatible', 'a.json', null],
  ['anthropic', 'a.json', null],
  ['gemini', 'a.json', null],
] as const satisfies readonly (readonly [Provider, string, Verdict])[]) {
  test(`${provider} and a file called ${name}: ${severity ?? 'taken'}`, () => {
    const [finding] = checkName(`/somewhere/${name}`, dialectOf(provider));
    assert.equal(finding?.severity ?? null, severity);
    assert.equal(finding?.code, severity === null ? undefined : 'file.extension');
  });
}

for (const [provider, bytes, severity] of [
  ['openai', 200_000_000, null],
  ['openai', 200_000_001, 'warning'],
  ['openai', 209_715_200, 'warning'],
  ['openai', 209_715_201, 'error'],
  ['azure', 209_715_201, 'error'],
  ['anthropic', 256_000_000, null],
  ['anthropic', 268_435_456, 'warning'],
  ['anthropic', 268_435_457, 'error'],
  ['gemini', 2_000_000_000, null],
  ['gemini', 2_147_483_649, 'error'],
  ['mistral', 512_000_000, null],
  ['mistral', 600_000_000, 'warning'],
  ['groq', 100_000_001, 'warning'],
  ['groq', 209_715_201, 'error'],
  ['xai', 300_000_000, 'warning'],
  ['openai-compatible', 300_000_000, null],
] as const satisfies readonly (readonly [Provider, number, Verdict])[]) {
  test(`${provider} and ${bytes} bytes: ${severity ?? 'taken'}`, () => {
    assert.equal(verdict('file.too-large', dialectOf(provider), [request], bytes).severity, severity);
  });
}

for (const [provider, count, severity, line] of [
  ['openai', 50_000, null, null],
  ['openai', 50_001, 'error', 50_000],
  ['azure', 100_000, null, null],
  ['azure', 100_001, 'error', 100_000],
  ['anthropic', 100_000, null, null],
  ['anthropic', 100_001, 'error', 100_000],
  ['gemini', 100_001, null, null],
  ['mistral', 100_001, 'warning', 100_000],
  ['groq', 50_001, 'error', 50_000],
  ['xai', 50_001, 'warning', 50_000],
  ['openai-compatible', 100_001, null, null],
] as const satisfies readonly (readonly [Provider, number, Verdict, number | null])[]) {
  test(`${provider} and ${count} requests: ${severity ?? 'taken'}`, () => {
    const lines = Array.from({ length: count }, () => request);
    const found = verdict('file.too-many-requests', dialectOf(provider), lines, count);
    assert.deepEqual({ severity: found.severity, line: found.line }, { severity, line });
  });
}

for (const [provider, severity] of [
  ['openai', 'error'],
  ['azure', null],
  ['mistral', null],
] as const) {
  test(`${provider} and 50,001 texts to embed on two lines: ${severity ?? 'taken'}`, () => {
    const lines = [50_000, 1].map((embeddingInputs) => ({ ...request, embeddingInputs }));
    const found = verdict('tokens.embedding-inputs', dialectOf(provider), lines, 10);
    assert.equal(found.severity, severity);
    if (severity !== null) assert.deepEqual([found.line, /50,001 .* 50,000/.test(found.message)], [1, true]);
    assert.equal(
      verdict('tokens.embedding-inputs', dialectOf(provider), lines.slice(0, 1), 10).severity,
      null,
    );
  });
}
