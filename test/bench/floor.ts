// The floor of everything that looks at each line of a file: read it, split it, parse it, in one thread.
import { readFileSync } from 'node:fs';

export interface Floor {
  readonly requests: number;
  readonly broken: number;
  /** Lines whose id another line has too. */
  readonly sharingAnId: number;
}

/** What `check` must find too, with the least that can be done for it. */
export function parseEachLine(path: string): Floor {
  const ids = new Map<string, number>();
  let requests = 0;
  let broken = 0;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    requests++;
    try {
      const { custom_id: id } = JSON.parse(line) as { readonly custom_id: string };
      ids.set(id, (ids.get(id) ?? 0) + 1);
    } catch {
      broken++;
    }
  }
  let sharingAnId = 0;
  for (const count of ids.values()) if (count > 1) sharingAnId += count;
  return { requests, broken, sharingAnId };
}

if (import.meta.main)
  for (const path of process.argv.slice(2)) console.log(JSON.stringify(parseEachLine(path)));
