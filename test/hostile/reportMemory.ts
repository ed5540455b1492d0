// Loaded before a command: when it ends, its largest memory and its work, of all threads, are left where the environment says.
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

process.on('exit', () => {
  const path = process.env.LLM_BATCH_TEST_MEMORY;
  if (isMainThread && path !== undefined) writeFileSync(path, JSON.stringify(process.resourceUsage()));
});
