// Runs the script that imports this on the Node 24 of our development dependencies, whatever Node it was started with.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const bundled = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (Number(process.versions.node.split('.')[0]) < 24) {
  if (!existsSync(bundled)) {
    console.error('This needs Node 24, which comes with the development dependencies: run "npm ci" first.');
    process.exit(1);
  }
  const { status } = spawnSync(bundled, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}
// Tools started from here must find the same Node and the project's own binaries.
process.env.PATH = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`;
process.chdir(root);
