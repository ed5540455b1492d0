// Runs the rings of tests and ends with one line: how many passed, how many failed.
// Without an argument: all of them. With one: that ring alone; a second one keeps only the files whose path contains it.
import './node24.mjs';
import { spawnSync } from 'node:child_process';
import fs, { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureBrowser, ensureVsCode, installPackedExtension, root } from './vscode.mjs';

const bin = join(root, 'node_modules', '.bin');
const home = mkdtempSync(join(tmpdir(), 'llm-batch-test-home-'));
/** Tests never see this machine's jobs, keys or addresses. */
const environment = { ...process.env, LLM_BATCH_HOME: home };
for (const name of Object.keys(environment)) {
  if (/^(OPENAI|ANTHROPIC|GEMINI|GOOGLE|AZURE_OPENAI|MISTRAL|GROQ|XAI)_/.test(name)) delete environment[name];
}

const rings = {
  lint: () => step('lint', join(bin, 'biome'), ['check', '--error-on-warnings', '.']),
  types: () => step('types', join(bin, 'tsc'), ['-b']),
  build: () => step('build', process.execPath, ['scripts/build.mjs']),
  unit: () => nodeTests('unit', ['test/{core,files,jobs,server,client,simulator,bench}/**/*.test.ts']),
  /** The check against the SDKs' types, and against chance. */
  proof: () => nodeTests('proof', ['test/{drift,differential,fuzz}/**/*.test.ts']),
  terminal: () => nodeTests('terminal', ['test/{cli,hostile,mainJob}/**/*.test.ts']),
  house: () => nodeTests('house', ['test/house/**/*.test.ts']),
  vscode: () => {
    if (!prepareVsCode()) return { passed: 0, failed: 1 };
    const patterns = ['test/vscode/*.test.ts', 'test/vscode/journey/**/*.test.ts'];
    const options = { atOnce: 1, limitMs: 1_500_000 };
    const first = nodeTests('vscode', patterns, options);
    return first.failed === 0 ? first : againWhereFailed('vscode', first, options);
  },
};

const [asked, filter = ''] = process.argv.slice(2);
/** `test:unit` is the fast ring; the others need a build. */
const plan =
  asked === undefined
    ? ['lint', 'types', 'build', 'unit', 'proof', 'terminal', 'house', 'vscode']
    : asked === 'vscode' || asked === 'house'
      ? ['build', asked]
      : [asked];

const total = { passed: 0, failed: 0 };
for (const name of plan) {
  if (!Object.hasOwn(rings, name)) {
    console.error(`There is no ring ${name}; there are ${Object.keys(rings).join(', ')}.`);
    process.exit(2);
  }
  console.log(`\n== ${name}`);
  const counts = rings[name]();
  total.passed += counts.passed;
  total.failed += counts.failed;
}
rmSync(home, { recursive: true, force: true });
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** A command that counts as one test. */
function step(name, command, arguments_) {
  const { status } = spawnSync(command, arguments_, { cwd: root, env: environment, stdio: 'inherit' });
  console.log(`${name}: ${status === 0 ? 'good' : 'failed'}`);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
}

/** What the tests in the real editor need: the editor, a browser, and the packed extension installed for the journey. */
function prepareVsCode() {
  try {
    ensureBrowser();
    ensureVsCode();
    installPackedExtension(join(root, '.vscode-test/extensions'), join(root, '.vscode-test/install-data'));
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}

/**
 * Editor and browser are whole programs that may stumble over a busy machine: a file of theirs that failed is run once more,
 * which is said. What fails twice has failed.
 */
function againWhereFailed(name, first, options) {
  if (first.failedFiles.length === 0) return first;
  const names = first.failedFiles.map((path) => relative(root, path)).join(', ');
  console.log(`\n== ${name}: ${first.failed} failed, once more: ${names}`);
  const second = runFiles(name, first.failedFiles, options);
  if (second.failed > 0) return first;
  console.log(`${name}: failed once, passed when run again: ${names}`);
  return { passed: first.passed + first.failed, failed: 0 };
}

/** A ring that finds no test, or breaks before its summary, has failed. */
function nodeTests(name, patterns, options) {
  const files = fs
    .globSync(patterns, { cwd: root })
    .filter((path) => path.includes(filter))
    .sort();
  if (files.length === 0) {
    console.error(`${name}: no test files`);
    return { passed: 0, failed: 1, failedFiles: [] };
  }
  return runFiles(name, files, options);
}

function runFiles(name, files, { atOnce = availableParallelism(), limitMs = 600_000 } = {}) {
  mkdirSync(join(root, 'out'), { recursive: true });
  const result = join(root, 'out', `counts-${name}.json`);
  rmSync(result, { force: true });
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./scripts/countReporter.mjs', `--test-reporter-destination=${result}`],
  ];
  const { status } = spawnSync(
    process.execPath,
    ['--test', `--test-timeout=${limitMs}`, `--test-concurrency=${atOnce}`, ...reporters, ...files],
    {
      cwd: root,
      env: environment,
      stdio: 'inherit',
      // A file that keeps something open after its tests would hold up the ring for ever.
      timeout: 2 * limitMs + 600_000,
    },
  );
  try {
    const counts = JSON.parse(readFileSync(result, 'utf8'));
    return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch {
    console.error(`${name}: ended without a summary`);
    return { passed: 0, failed: 1, failedFiles: [] };
  }
}
