// Which way do calls go? Through the proxy that the environment names, but never to this machine.
import { createRequire } from 'node:module';

type Environment = Readonly<Record<string, string | undefined>>;

const proxyNames = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
const thisMachine = ['localhost', '127.0.0.1', '[::1]'];

/**
 * For a process of our own, once; in the editor VS Code sees to it. Needs a Node that can (24.14 and later; 22.21 and
 * later when started with NODE_USE_ENV_PROXY=1). @returns false when a proxy is named and this Node cannot use it.
 */
export function useProxyFromEnvironment(env: Environment): boolean {
  if (!proxyNames.some((name) => env[name])) return true;
  // Imported, node:http would be asked for all its names, and Node 24 loads the whole of fetch to answer (10 ms).
  const http: object = createRequire(import.meta.url)('node:http');
  const setProxy: unknown = Reflect.get(http, 'setGlobalProxyFromEnv');
  if (typeof setProxy !== 'function') return env.NODE_USE_ENV_PROXY === '1';
  const direct = [env.NO_PROXY || env.no_proxy, ...thisMachine].filter(Boolean).join(',');
  setProxy({ ...env, NO_PROXY: direct, no_proxy: direct });
  return true;
}
