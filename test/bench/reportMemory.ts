// Loaded before a measured process: when it ends, its largest resident memory is left in the file that the environment names.
import { readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => {
  const path = process.env.LLM_BATCH_BENCH_MEMORY;
  if (path !== undefined) writeFileSync(path, String(peakKibibytes()));
});

/** Of all threads together. What the system counts for a process begins with the memory of the one that started it. */
function peakKibibytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  const [, peak] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}
