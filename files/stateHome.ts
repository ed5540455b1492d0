// Where records of jobs, and what was learnt from them, live: one place for editor and terminal.
import { join } from 'node:path';

/** `LLM_BATCH_HOME`, else the platform's folder for state. */
export function stateHome(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  homedir: string,
): string {
  if (env.LLM_BATCH_HOME) return env.LLM_BATCH_HOME;
  switch (platform) {
    case 'win32':
      return join(env.LOCALAPPDATA || join(homedir, 'AppData', 'Local'), 'llm-batch');
    case 'darwin':
      return join(homedir, 'Library', 'Application Support', 'llm-batch');
    default:
      return join(env.XDG_STATE_HOME || join(homedir, '.local', 'state'), 'llm-batch');
  }
}
