// What do /v1/files and its sub-paths do?
import { rm } from 'node:fs/promises';
import { type FileRecord, fileObject } from '../fileStore.ts';
import { type Call, json, type Reply, type Route } from '../http.ts';
import { receiveUpload, type Uploaded } from '../upload.ts';
import { findKeepProblem } from './batchRequest.ts';
import type { AccountContext } from './context.ts';
import { type ErrorBody, invalidRequest, refusal } from './errors.ts';
import { listBody, pageOf } from './page.ts';

/** `isInUse`: a batch that is not over reads this file. */
export function fileRoutes(context: AccountContext, isInUse: (fileId: string) => boolean): readonly Route[] {
  const withFile =
    (handle: (file: FileRecord) => Reply) =>
    async (call: Call): Promise<Reply> => {
      const file = context.files.find(call.id, context.now());
      if (file !== null) return handle(file);
      return refusal(404, invalidRequest(`No such File object: ${call.id}`, 'id', null));
    };
  return [
    { method: 'POST', path: '/v1/files', handle: (call) => createFile(context, call) },
    { method: 'GET', path: '/v1/files', handle: async (call) => listFiles(context, call) },
    { method: 'GET', path: '/v1/files/*', handle: withFile((file) => json(200, fileObject(file))) },
    { method: 'GET', path: '/v1/files/*/content', handle: withFile((file) => contentOf(context, file)) },
    {
      method: 'DELETE',
      path: '/v1/files/*',
      handle: withFile((file) => {
        context.files.delete(file, isInUse(file.id));
        return json(200, { object: 'file', id: file.id, deleted: true });
      }),
    },
  ];
}

function contentOf(context: AccountContext, file: FileRecord): Reply {
  return {
    kind: 'file',
    path: context.files.path(file.id),
    filename: file.filename,
    sizeBytes: file.sizeBytes,
    durationMs: context.faults['slow-download'],
    reset: context.counter.strikes('download-reset', context.faults['download-reset']),
  };
}

function listFiles(context: AccountContext, call: Call): Reply {
  const purpose = call.url.searchParams.get('purpose');
  const files = context.files
    .all(context.now())
    .filter((file) => purpose === null || file.purpose === purpose);
  const page = pageOf(files, call.url.searchParams, { max: 10_000, usual: 10_000 });
  if (page.kind === 'refused') return refusal(400, page.error);
  return json(200, listBody(page.records.map(fileObject), page.hasMore));
}

async function createFile(context: AccountContext, call: Call): Promise<Reply> {
  const path = context.files.newPartPath();
  const cut = context.counter.strikes('upload-reset', context.faults['upload-reset']);
  try {
    const upload = await receiveUpload(call.request, { path, limitBytes: context.maxFileSizeBytes, cut });
    if (upload.kind === 'aborted') return { kind: 'drop' };
    const error = upload.kind === 'malformed' ? notMultipart : findUploadProblem(upload, context);
    if (error !== null) return refusal(error === tooLarge ? 413 : 400, error);
    const { file, fields } = upload as Uploaded & { readonly file: object };
    const keepSeconds = fields.get('expires_after[seconds]');
    const record = context.files.add(path, {
      filename: file.filename,
      purpose: fields.get('purpose') as string,
      createdAtMs: context.now(),
      keepSeconds: keepSeconds === undefined ? null : Number(keepSeconds),
    });
    return json(200, fileObject(record));
  } finally {
    await rm(path, { force: true });
  }
}

const purposes = ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'];

const notMultipart = invalidRequest("'file' is a required property", null, null);
/** Recorded for another extension, an empty file and a first line that is no JSON alike. */
const notJsonLines = invalidRequest('Invalid file format for Batch API. Must be .jsonl', null, null);
const notUtf8 = invalidRequest('Invalid file for Batch API. Must be utf-8 encoded', null, null);
/** Neither status nor wording of the real answer is established. */
const tooLarge = invalidRequest('The file exceeds the maximum size of 200 MB for Batch API.', 'file', null);

function findUploadProblem(upload: Uploaded, context: AccountContext): ErrorBody | null {
  const { file, fields } = upload;
  const purpose = fields.get('purpose');
  if (file === null) return notMultipart;
  if (purpose === undefined) return invalidRequest("'purpose' is a required property", null, null);
  if (!purposes.includes(purpose)) {
    const message = `'${purpose}' is not one of [${purposes.map((name) => `'${name}'`).join(', ')}] - 'purpose'`;
    return invalidRequest(message, null, null);
  }
  if (file.sizeBytes > context.maxFileSizeBytes) return tooLarge;
  const anchor = fields.get('expires_after[anchor]');
  const seconds = fields.get('expires_after[seconds]');
  const keep = anchor === undefined && seconds === undefined ? null : { anchor, seconds: Number(seconds) };
  const keepProblem = findKeepProblem(keep, 'expires_after');
  if (keepProblem !== null || purpose !== 'batch') return keepProblem;
  if (!file.filename.endsWith('.jsonl') || file.sizeBytes === 0) return notJsonLines;
  if (!file.content.isUtf8) return notUtf8;
  return file.content.firstLineIsJson ? null : notJsonLines;
}
