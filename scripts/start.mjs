// `npm start`: builds, then opens VS Code with the extension, the examples and the simulator as the ready provider.
// --port N   the port of VS Code in the browser (default 8730, or a free one when that is taken)
// --browser  serve VS Code in the browser even where a desktop `code` is on the PATH
import './node24.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ensureVsCode,
  installPackedExtension,
  root,
  SetupError,
  serveVsCode,
  writeUserSettings,
} from './vscode.mjs';

const state = join(root, '.vscode-test/start');
const folder = join(state, 'examples');
const dataDir = join(state, 'data');
/** Some requests fail there, so that there is something to retry. */
const settings = { 'llmBatch.profile': 'simulator', 'llmBatch.simulator.faults': 'fail=8%,seed=5' };
/** Jobs of this trial stay apart from those of the person's own work. */
const environment = { LLM_BATCH_HOME: join(state, 'home') };

const { values } = parseArgs({ options: { port: { type: 'string' }, browser: { type: 'boolean' } } });
try {
  await start();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}

async function start() {
  if (spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' }).status !== 0) {
    throw new SetupError('The build failed; see above.');
  }
  // A copy: trying things out leaves the repository as it is. Results of an earlier start stay.
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'examples'), folder, { recursive: true });
  if (!values.browser && hasDesktop()) openDesktop();
  else await serveInBrowser();
}

/** A `code` that can open a window here; the one in a remote terminal cannot load an extension from a folder. */
function hasDesktop() {
  if (process.env.VSCODE_IPC_HOOK_CLI !== undefined || process.getuid?.() === 0) return false;
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return false;
  return spawnSync('code --version', { shell: true, stdio: 'ignore' }).status === 0;
}

function openDesktop() {
  const userData = join(state, 'desktop/data');
  writeUserSettings(join(state, 'desktop'), settings);
  const options = ['--new-window', '--user-data-dir', userData, '--extensionDevelopmentPath', root, folder];
  const quoted = options.map((option) => JSON.stringify(option)).join(' ');
  const child = spawn(`code ${quoted}`, {
    shell: true,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  child.on('exit', (status) => {
    process.exitCode = status ?? 1;
  });
  console.log(
    'VS Code is opening with the examples. Open reviews.jsonl, then press Submit above its first line.',
  );
}

async function serveInBrowser() {
  ensureVsCode();
  const extensionsDir = join(state, 'extensions');
  installPackedExtension(extensionsDir, join(state, 'install-data'));
  writeUserSettings(dataDir, settings);
  const server = await serveVsCode({
    ...{ dataDir, extensionsDir, folder, env: environment },
    port: await choosePort(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => void server.stop().then(() => process.exit(0)));
  }
  console.log(`
VS Code is ready in the browser. Open this address:

  ${server.url}

Open reviews.jsonl there, then press Submit above its first line. The simulator plays the provider: no key, no cost.
Ctrl-C stops it.`);
  await server.ended;
}

/** The same address at each start, so that the browser's open tab works again. */
async function choosePort() {
  if (values.port !== undefined) {
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65535)
      throw new SetupError(`--port ${values.port} is no port.`);
    if (!(await isFree(port))) throw new SetupError(`Port ${port} is taken; name another with --port.`);
    return port;
  }
  const usual = 8730;
  return (await isFree(usual)) ? usual : 0;
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
