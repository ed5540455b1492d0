// What do /v1beta/files and its sub-paths do?
import type { FileRecord } from '../fileStore.ts';
import { type Call, json, type Reply, type Route } from '../http.ts';
import type { GeminiContext } from './context.ts';
import { invalid, noSuchFile } from './errors.ts';
import { fileObject } from './fileObject.ts';
import { listBody, pageOf } from './page.ts';
import { Uploads } from './upload.ts';

const download = ':download';

/** `isInUse`: a batch that is not over reads this file. */
export function fileRoutes(context: GeminiContext, isInUse: (fileId: string) => boolean): readonly Route[] {
  const uploads = new Uploads(context);
  const withFile = (id: string, handle: (file: FileRecord) => Reply): Reply => {
    const file = context.files.find(id, context.now());
    return file === null ? noSuchFile(id) : handle(file);
  };
  const content = (id: string): Reply =>
    withFile(id.slice(0, -download.length), (file) => contentOf(context, file));
  return [
    { method: 'POST', path: '/upload/v1beta/files', handle: (call) => uploads.handle(call) },
    { method: 'GET', path: '/v1beta/files', handle: async (call) => listFiles(context, call) },
    {
      method: 'GET',
      path: '/v1beta/files/*',
      handle: async ({ id }) =>
        id.endsWith(download) ? content(id) : withFile(id, (file) => json(200, fileObject(file))),
    },
    {
      method: 'GET',
      path: '/download/v1beta/files/*',
      handle: async ({ id }) => (id.endsWith(download) ? content(id) : noSuchFile(id)),
    },
    {
      method: 'DELETE',
      path: '/v1beta/files/*',
      handle: async ({ id }) =>
        withFile(id, (file) => {
          context.files.delete(file, isInUse(file.id));
          return json(200, {});
        }),
    },
  ];
}

/** What was uploaded is not given back; only what was made can be downloaded. */
function contentOf({ files, faults, counter }: GeminiContext, file: FileRecord): Reply {
  if (file.purpose === 'upload') return invalid('Only generated files can be downloaded.');
  return {
    kind: 'file',
    path: files.path(file.id),
    filename: `${file.id}.jsonl`,
    sizeBytes: file.sizeBytes,
    durationMs: faults['slow-download'],
    reset: counter.strikes('download-reset', faults['download-reset']),
  };
}

function listFiles({ files, now }: GeminiContext, { url }: Call): Reply {
  // Files of responses are in no listing.
  const uploaded = files.all(now()).filter(({ purpose }) => purpose === 'upload');
  const page = pageOf(uploaded, url.searchParams);
  if (page === null) return invalid('The page token is invalid.');
  return json(200, listBody('files', page.shown.map(fileObject), page.more));
}
