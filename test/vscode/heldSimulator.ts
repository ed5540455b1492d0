// The simulator as the extension finds it when another window runs it, but that its batches are over when a test says so:
// what is looked at meanwhile does not depend on how fast this computer is.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '#simulator';

const batchMs = 600_000;

let aheadMs = 0;
let running: Simulator | undefined;

/** @param home LLM_BATCH_HOME of whoever shall use it; nobody has asked for a simulator there yet. */
export async function holdSimulator(home: string, faults = ''): Promise<Simulator> {
  running ??= await startSimulator({ latencyMs: batchMs, faults, now: () => Date.now() + aheadMs });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'simulator.json'), JSON.stringify({ url: running.url, pid: process.pid }));
  return running;
}

/** All that was sent by now is taken, and in progress. */
export function beginBatches(): void {
  aheadMs += batchMs / 5;
}

/** All that was sent by now is over. */
export function endBatches(): void {
  aheadMs += batchMs;
}
