// A worker for tests of the pool: does what the one text it is given says, and answers with it.
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, threadId } from 'node:worker_threads';

parentPort?.on(
  'message',
  async ({ id, argument }: { id: number; argument: { texts: readonly string[] } }) => {
    const text = argument.texts[0] ?? '';
    if (text === 'crash') throw new Error('out of memory');
    if (text === 'exit') process.exit(3);
    if (text === 'fail') parentPort?.postMessage({ id, error: new RangeError('no such thing') });
    if (text === 'slow') await sleep(50);
    parentPort?.postMessage({ id, result: [text, threadId] });
  },
);
