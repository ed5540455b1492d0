// A worker as it ships, that also counts its work.
import { countHere } from './workCount.ts';

countHere();
await import('../../files/worker.ts');
