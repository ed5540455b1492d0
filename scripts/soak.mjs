// Lives random histories of jobs for longer than the tests do: `npm run soak -- SECONDS [FIRST SEED]`, 600 seconds when
// left out; or again one that failed: `npm run soak -- KIND SEED`.
import './node24.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './vscode.mjs';

const script = join(root, 'test', 'jobs', 'histories', 'soak.ts');
const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
