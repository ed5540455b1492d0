// A part of a file as it goes to a worker and back: the bytes are shared, the settings come once, the answer is packed.
import { deserialize, serialize } from 'node:v8';
import { type PackedPart, packPart } from './packedPart.ts';
import type { Part } from './parts.ts';
import { type PartSettings, readPart } from './readPart.ts';

export interface PartTask {
  readonly part: Part;
  readonly settings: SharedSettings;
}

/** Written once and read once by each worker, so that what is remembered of a configuration is remembered for all parts. */
export interface SharedSettings {
  readonly id: number;
  readonly serialized: SharedArrayBuffer;
}

let lastId = 0;

export function shareSettings(settings: PartSettings): SharedSettings {
  const bytes = serialize(settings);
  const serialized = new SharedArrayBuffer(bytes.length);
  new Uint8Array(serialized).set(bytes);
  return { id: ++lastId, serialized };
}

/** Of files that are read at the same time. */
const mostKept = 8;
const kept = new Map<number, PartSettings>();

export async function answerPart({ part, settings }: PartTask): Promise<PackedPart> {
  return packPart(await readPart(part, settingsOf(settings)));
}

function settingsOf({ id, serialized }: SharedSettings): PartSettings {
  const known = kept.get(id);
  if (known !== undefined) return known;
  const settings = deserialize(Buffer.from(serialized)) as PartSettings;
  for (const [oldest] of kept) {
    if (kept.size < mostKept) break;
    kept.delete(oldest);
  }
  kept.set(id, settings);
  return settings;
}
