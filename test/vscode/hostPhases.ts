// Bundles the tests of each phase and runs them inside the extension host of one server: a phase is a page load of its own
// (a window reload) on the same folder, settings and state.

import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import {
  ensureVsCode,
  root,
  type ServedVsCode,
  serveVsCode,
  writeUserSettings,
} from '../../scripts/vscode.mjs';
import { launchBrowser, turnAway } from './browser.ts';
import type { HostResult } from './host/run.ts';

const sources = join(root, 'test/vscode/host');
const bundles = join(root, 'out/vscode-host');

export interface PhaseResult {
  readonly phase: number;
  readonly results: readonly HostResult[];
  /** Tests that were declared and did not come to an end, or the reason why none ran. */
  readonly lost: readonly string[];
}

/**
 * The phases there are: `X.test.ts` is phase 1, `X.phase2.test.ts` comes after a reload, and so on.
 * LLM_BATCH_HOST_TESTS keeps the files whose name contains it, for work on one of them.
 */
export function hostTestFiles(): ReadonlyMap<number, readonly string[]> {
  const phases = new Map<number, string[]>();
  const wanted = process.env.LLM_BATCH_HOST_TESTS ?? '';
  const files = globSync('**/*.test.ts', { cwd: sources }).filter((file) => file.includes(wanted));
  for (const file of files.sort()) {
    const phase = Number(/\.phase(\d+)\.test\.ts$/.exec(file)?.[1] ?? 1);
    phases.set(phase, [...(phases.get(phase) ?? []), file]);
  }
  return new Map([...phases].sort(([a], [b]) => a - b));
}

/** Runs all phases; calls back after each. */
export async function runHostPhases(onPhase: (result: PhaseResult) => void | Promise<void>): Promise<void> {
  ensureVsCode();
  const scratch = await mkdtemp(join(tmpdir(), 'llm-batch-host-'));
  const dataDir = join(scratch, 'data');
  const folder = join(scratch, 'workspace');
  const extensionsDir = join(scratch, 'extensions');
  await mkdir(extensionsDir, { recursive: true });
  await cp(join(root, 'examples'), folder, { recursive: true });
  // What is said of jobs of earlier tests would be taken for what the next one says; who asks for it turns it on.
  writeUserSettings(dataDir, { 'llmBatch.profile': 'simulator', 'llmBatch.notifications': 'none' });
  const env = {
    LLM_BATCH_HOME: join(scratch, 'home'),
    NODE_EXTRA_CA_CERTS: join(root, 'test/tls/certificate.pem'),
  };
  const server = await serveVsCode({ dataDir, extensionsDir, smokeTest: true, env });
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    const host = await watchHost(page);
    for (const [phase, files] of hostTestFiles()) {
      await bundlePhase(phase, files);
      const end = await host.run(phaseUrl(server, folder, phase));
      await onPhase(await readResults(phase, end));
    }
  } finally {
    await browser.close();
    await server.stop();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

function phaseFolder(phase: number): string {
  return join(bundles, `phase${phase}`);
}

async function bundlePhase(phase: number, files: readonly string[]): Promise<void> {
  await rm(phaseFolder(phase), { recursive: true, force: true });
  const imports = files.map((file) => `import ${JSON.stringify(`./${file}`)};`);
  await build({
    stdin: { contents: [...imports, "export { run } from './run.ts';"].join('\n'), resolveDir: sources },
    outfile: join(phaseFolder(phase), 'tests.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    external: ['vscode'],
    // Failures name the test's own lines.
    sourcemap: 'inline',
    // package.json says that modules have no side effects; a test's whole point is its side effect.
    ignoreAnnotations: true,
    // What is bundled along starts no worker: where it lies is of no account.
    logOverride: { 'empty-import-meta': 'silent' },
    logLevel: 'warning',
  });
  await writeFile(join(phaseFolder(phase), 'index.cjs'), entry);
}

/** What the host loads: it turns source maps on before the bundle is read, and a bundle that does not load is a result too. */
const entry = `
process.setSourceMapsEnabled(true);
exports.run = async () => {
  try {
    await require('./tests.cjs').run();
  } catch (error) {
    const name = 'the test files load';
    const lines = [{ planned: [name] }, { name, durationMs: 0, error: String(error?.stack ?? error) }];
    const text = lines.map((line) => JSON.stringify(line) + '\\n').join('');
    require('node:fs').writeFileSync(require('node:path').join(__dirname, 'results.jsonl'), text);
  }
};
`;

function phaseUrl(server: ServedVsCode, folder: string, phase: number): string {
  const remote = `vscode-remote://127.0.0.1:${server.port}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', `${remote}${root.replace(/\/$/, '')}`],
    ['extensionTestsPath', `${remote}${join(phaseFolder(phase), 'index.cjs')}`],
    ['skipWelcome', 'true'],
  ]);
  return `${server.url}?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`;
}

/** Opens pages that run tests; `run` gives null when the host said it is done, else what happened instead. */
async function watchHost(page: Page): Promise<{ run(url: string): Promise<string | null> }> {
  let finish: (problem: string | null) => void = () => {};
  let log: string[] = [];
  await page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
    log.push(`${type} ${args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ')}`);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => finish(code === 0 ? null : 'failed'));
  page.on('crash', () => finish('the page crashed'));
  return {
    async run(url) {
      log = [];
      const ended = new Promise<string | null>((resolve) => {
        finish = resolve;
      });
      const timer = setTimeout(() => finish('no end after 15 minutes'), 15 * 60_000);
      await turnAway(page);
      await page.goto(url);
      const problem = await ended;
      clearTimeout(timer);
      return problem === null ? null : `The extension host ${problem}:\n${log.slice(-40).join('\n')}`;
    },
  };
}

async function readResults(phase: number, problem: string | null): Promise<PhaseResult> {
  const text = await readFile(join(phaseFolder(phase), 'results.jsonl'), 'utf8').catch(() => '');
  const [first, ...rest] = text.split('\n').filter((line) => line !== '');
  const results = rest.map((line) => JSON.parse(line) as HostResult);
  const planned = first === undefined ? [] : (JSON.parse(first) as { planned: readonly string[] }).planned;
  const lost = planned.slice(results.length).map((name) => `${name}: did not come to an end`);
  if (planned.length === 0) lost.push('no test ran');
  return { phase, results, lost: problem === null ? lost : [...lost, problem] };
}
