// Runs the tests of test/vscode/host/ inside a real extension host: one window, then a reload, then the next window.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/vscode.mjs';
import type { HostResult } from './host/suite.ts';
import { Workbench } from './workbench.ts';

const results = mkdtempSync(join(tmpdir(), 'llm-batch-host-'));
const phases = ['beforeReload', 'afterReload'] as const;
let workbench: Workbench;

before(async () => {
  await build({
    absWorkingDir: root,
    entryPoints: phases.map((phase) => `test/vscode/host/${phase}.ts`),
    outdir: 'out/vscode-host',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    sourcemap: 'inline',
  });
  workbench = await Workbench.start({ env: { LLM_BATCH_TEST_RESULTS: join(results, 'results.json') } });
});

after(async () => {
  await workbench?.stop();
  rmSync(results, { recursive: true, force: true });
});

for (const phase of phases) {
  test(`in the extension host, ${phase === 'beforeReload' ? 'first window' : 'after a reload'}`, async (t) => {
    rmSync(join(results, 'results.json'), { force: true });
    await workbench.runInHost(join(root, 'out', 'vscode-host', `${phase}.cjs`));
    const found = JSON.parse(readFileSync(join(results, 'results.json'), 'utf8')) as HostResult[];
    assert.ok(found.length > 0, 'no test ran');
    for (const { name, failure } of found) await t.test(name, () => assert.equal(failure, null, failure ?? ''));
  });
}
