// Loaded before a command: when it ends, its largest resident memory, of all its threads, is left where the environment says.
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

process.on('exit', () => {
  const path = process.env.LLM_BATCH_TEST_MEMORY;
  if (isMainThread && path !== undefined) writeFileSync(path, String(process.resourceUsage().maxRSS));
});
