// Loaded before a measured process: when it ends, its largest resident memory is left in the file that the environment names.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const path = process.env.LLM_BATCH_BENCH_MEMORY;
  // KiB, of all threads together.
  if (path !== undefined) writeFileSync(path, String(process.resourceUsage().maxRSS));
});
