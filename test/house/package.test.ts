// What is in the package that people install: exactly this, and nothing of the machine it was built on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { problemCodes } from '#core';
import { ownPlaces, read, root } from './project.ts';

/** Chunks have a hash of their content in their name. */
const chunk = /^dist\/[\w-]+-[A-Z0-9]{8}\.js$/;

const expected = [
  'CHANGELOG.md',
  'LICENSE',
  'NOTICE',
  'README.md',
  'dist/LICENSES.txt',
  'dist/cl100k_base.tokens',
  'dist/cli.js',
  'dist/client.cjs',
  'dist/files.js',
  'dist/jobs.js',
  'dist/languageServer.js',
  'dist/o200k_base.tokens',
  'dist/simulator.js',
  'dist/worker.js',
  'docs/cli.md',
  'docs/performance.md',
  'docs/prices.md',
  'docs/providers.md',
  ...[
    'anthropic',
    'estimates',
    'finished',
    'fixes',
    'large',
    'plan',
    'problems',
    'report',
    'results',
    'unclear',
  ].map((name) => `docs/images/${name}.png`),
  ...['mend', 'open', 'results', 'submit'].map((name) => `docs/images/walkthrough-${name}.png`),
  ...Object.keys(problemCodes).map((code) => `docs/problems/${code}.md`),
  'examples/README.md',
  'examples/embeddings.jsonl',
  'examples/plants.jsonl',
  'examples/postcards.jsonl',
  'examples/reviews-with-errors.jsonl',
  'examples/reviews.jsonl',
  'examples/summaries.jsonl',
  'examples/tickets.jsonl',
  'media/icon.png',
  'media/llmBatch.svg',
  'package.json',
  ...globSync('schemas/cli/*.json', { cwd: root }),
  'schemas/configuration.json',
  'schemas/settings.json',
  'syntaxes/batchFile.tmLanguage.json',
];

const { stdout, stderr, status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/@vscode/vsce/vsce'), 'ls', '--no-dependencies'],
  { cwd: root, encoding: 'utf8' },
);
const packed = stdout.split('\n').filter((line) => line !== '');

test('the package holds the expected files', () => {
  assert.equal(status, 0, stderr);
  assert.deepEqual(packed.filter((path) => !chunk.test(path)).sort(), [...expected].sort());
});

test('the ranks of both encodings are in it', () => {
  for (const name of ['o200k_base', 'cl100k_base']) {
    assert.equal(packed.filter((path) => path.startsWith(`dist/${name}-`)).length, 1, name);
  }
});

test('it stays within 10 MB before compression', () => {
  const sizeBytes = packed.reduce((total, path) => total + statSync(join(root, path)).size, 0);
  assert.ok(sizeBytes < 10_000_000, `${sizeBytes} bytes`);
});

test('nothing in it names this machine, and every bundled package has its licence', () => {
  for (const path of packed) {
    const text = read(path);
    for (const place of ownPlaces()) assert.ok(!text.includes(place), `${path} names ${place}`);
  }
  const licences = read('dist/LICENSES.txt').split(/^-{100}$/m);
  assert.ok(licences.length > 10);
  for (const licence of licences)
    assert.match(licence, /\((MIT|ISC|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|0BSD|Unlicense)\)/);
});
