// How does the API show a file?
import type { FileRecord } from '../fileStore.ts';
import type { Json } from '../json.ts';
import { timeOf } from './context.ts';

/** @google/genai 3.1.0, File: the size is an int64 and so a text. */
export function fileObject(record: FileRecord): Json {
  const name = `files/${record.id}`;
  return {
    name,
    ...(record.filename === '' ? {} : { displayName: record.filename }),
    mimeType: 'application/jsonl',
    sizeBytes: String(record.sizeBytes),
    createTime: timeOf(record.createdAtMs),
    updateTime: timeOf(record.createdAtMs),
    expirationTime: timeOf(record.expiresAtMs),
    uri: `https://generativelanguage.googleapis.com/v1beta/${name}`,
    state: 'ACTIVE',
    source: 'UPLOADED',
  };
}
