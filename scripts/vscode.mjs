// A real VS Code for `npm start` and the tests: the workbench and extension host as the package `code-server` carries them,
// installed once into .vscode-test/ and served on this machine only.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../', import.meta.url));
/** Carries VS Code 1.139.1. */
const version = '4.139.1';
const folder = join(root, '.vscode-test', `code-server-${version}`);
const complete = join(folder, '.complete');
const serverMain = join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js');

/** What native modules are compiled with, and a browser where one is asked for. */
const compilerPackages = ['g++', 'make', 'python3', 'pkg-config', 'libkrb5-dev'];
export const browserPackages = ['chromium'];

/** @param {readonly string[]} names Debian packages; missing ones are installed where that is possible, or named. */
export function ensureSystemPackages(names) {
  if (process.platform !== 'linux' || !has('dpkg')) return;
  const missing = names.filter((name) => {
    const { stdout } = spawnSync('dpkg', ['-s', name], { encoding: 'utf8' });
    return !stdout?.includes('install ok installed');
  });
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) {
    throw new Error(`These system packages are missing; install them and run this again:\n  sudo ${command}`);
  }
  console.log(`Installing system packages: ${missing.join(', ')}`);
  run('apt-get', ['update', '-qq']);
  run('apt-get', command.split(' ').slice(1), { DEBIAN_FRONTEND: 'noninteractive' });
}

/** The browser to drive: Debian's, or one that the environment names. */
export function browserPath() {
  const named = process.env.LLM_BATCH_BROWSER;
  const candidates = [named, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = candidates.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error('No Chromium was found; name one in LLM_BATCH_BROWSER.');
  return found;
}

/** Installs VS Code when it is not there; a half-failed install is removed whole. */
export function ensureVsCode() {
  if (existsSync(complete)) return;
  ensureSystemPackages(compilerPackages);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const allowed = ['code-server', 'argon2', '@vscode/spdlog', 'kerberos', 'node-pty', 'native-watchdog'];
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, allowScripts: Object.fromEntries(allowed.map((name) => [name, true])) }),
  );
  console.log(`Installing VS Code (code-server ${version}) into .vscode-test/: once, about two minutes`);
  const arguments_ = [
    'install',
    `code-server@${version}`,
    '--no-audit',
    '--no-fund',
    '--foreground-scripts',
    '--loglevel=error',
  ];
  // Native modules are compiled against this Node, with the headers it brings along: nothing else can be fetched.
  const headers = nodeHeaders();
  const environment = headers === null ? {} : { npm_config_nodedir: headers };
  run(
    'npm',
    arguments_,
    { ...environment, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
    folder,
  );
  writeFileSync(complete, `${version}\n`);
}

/** The folder of the running Node's package with `include/` in it, or null. */
function nodeHeaders() {
  const require = createRequire(join(root, 'package.json'));
  const candidates = [
    dirname(dirname(process.execPath)),
    ...['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'].map((kind) => {
      const home = dirname(require.resolve('node/package.json'));
      return join(home, 'node_modules', `node-${kind}`);
    }),
    ...['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'].map((kind) =>
      join(root, 'node_modules', `node-${kind}`),
    ),
  ];
  return candidates.find((path) => existsSync(join(path, 'include', 'node', 'node.h'))) ?? null;
}

/**
 * Serves the workbench on loopback until `stop`.
 * @param {{ dataDir: string, extensionsDir: string, port?: number, smokeTest?: boolean, env?: Record<string, string> }} options
 */
export async function serveVsCode({ dataDir, extensionsDir, port = 0, smokeTest = false, env = {} }) {
  const chosen = port || (await freePort());
  const child = spawn(
    process.execPath,
    [
      serverMain,
      ...['--host', '127.0.0.1', '--port', String(chosen), '--without-connection-token'],
      ...['--accept-server-license-terms', '--disable-telemetry', '--disable-workspace-trust'],
      ...['--server-data-dir', dataDir, '--extensions-dir', extensionsDir],
      ...(smokeTest ? ['--enable-smoke-test-driver'] : []),
    ],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => (log = (log + text).slice(-20_000)));
  const url = `http://127.0.0.1:${chosen}/`;
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error(`VS Code did not start:\n${log}`);
    const answer = await fetch(url).catch(() => null);
    if (answer !== null && answer.status < 500) break;
    await sleep(100);
  }
  return {
    url,
    port: chosen,
    log: () => log,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await Promise.race([ended, sleep(5000).then(() => child.kill('SIGKILL'))]);
    },
  };
}

/** Installs a packed extension into an extensions folder. */
export function installExtension(vsix, extensionsDir, dataDir) {
  run(process.execPath, [
    serverMain,
    ...['--accept-server-license-terms', '--server-data-dir', dataDir, '--extensions-dir', extensionsDir],
    ...['--install-extension', vsix, '--force'],
  ]);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

function run(command, arguments_, environment = {}, cwd = root) {
  const { status, error } = spawnSync(command, arguments_, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`${command} ${arguments_[0]} failed${error ? `: ${error.message}` : ''}`);
}
