// Looks at every record again, and tries again what stopped. Nothing needs this to move on; it is there to be sure.
import type { Parts } from '../parts.ts';

export async function refreshJobs({ list, follower }: Parts): Promise<void> {
  follower.tryAgain();
  await list.refresh();
}
