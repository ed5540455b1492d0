// Requests by id or text, and one of them alone: of open documents, and of files of any size on disk.
import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver/node';
import {
  bestMatches,
  defaultConfiguration,
  dialectOf,
  queryPattern,
  RequestMatches,
  withoutByteOrderMark,
} from '#core';
import {
  type FileFailure,
  FileFailureError,
  findInFile,
  kindOfFile,
  requestAlone,
  type WorkerPool,
} from '#files';
import type { LineDocument } from './lineDocument.ts';
import { pathOf } from './pathOf.ts';
import {
  type FindRequestsParams,
  type FoundRequests,
  findRequestsRequest,
  type ReadRequestParams,
  type RequestText,
  readRequestRequest,
} from './protocol.ts';

export interface LookupHost {
  readonly pool: WorkerPool;
  /** Null where none is open under this name. */
  documentOf(uri: string): LineDocument | null;
  /** As its dialect calls the id of a request; null where no check has told it yet. */
  idFieldOf(uri: string): string | null;
  monotonicMs(): number;
  failed(what: string, error: unknown): void;
}

const mostMatches = 1000;
/** As long as a check holds the thread. */
const sliceMs = 10;
const defaultIdField = dialectOf('openai').idField;

export class RequestLookup {
  readonly #host: LookupHost;

  constructor(host: LookupHost) {
    this.#host = host;
  }

  listen(connection: Connection): void {
    connection.onRequest(findRequestsRequest, (params: FindRequestsParams, token) =>
      this.find(params, token),
    );
    connection.onRequest(readRequestRequest, (params: ReadRequestParams, token) => this.read(params, token));
  }

  /** @throws ResponseError */
  find({ uri, query, limit }: FindRequestsParams, token: CancellationToken): Promise<FoundRequests> {
    // A client may leave it out.
    const most = Number.isFinite(limit) ? Math.max(1, Math.min(mostMatches, Math.floor(limit))) : mostMatches;
    return this.#answer(token, async (signal) => {
      const document = this.#host.documentOf(uri);
      if (document !== null) return this.#findInDocument(document, query, most, signal);
      const path = this.#pathOf(uri);
      const idField = this.#host.idFieldOf(uri) ?? idFieldAt(path);
      return findInFile(path, { pool: this.#host.pool, query, idField, limit: most, signal });
    });
  }

  /** @throws ResponseError */
  read({ uri, line }: ReadRequestParams, token: CancellationToken): Promise<RequestText | null> {
    return this.#answer(token, async (signal) => {
      const document = this.#host.documentOf(uri);
      if (document !== null) return this.#readInDocument(document, line);
      const path = this.#pathOf(uri);
      const idField = this.#host.idFieldOf(uri) ?? idFieldAt(path);
      const found = await this.#host.pool.run(
        'requestAt',
        { path, line, idField },
        { priority: 'interactive', signal },
      );
      if (found !== null && 'kind' in found) throw new FileFailureError(found);
      return found;
    }).catch((error: unknown) => {
      if (failureOf(error)?.kind === 'notFound') return null;
      throw error;
    });
  }

  #readInDocument(document: LineDocument, line: number): RequestText | null {
    const found = document.lines[line];
    // Behind the last line feed there is no line of a file.
    if (found === undefined || (found.text === '' && found.end === '')) return null;
    const text = line === 0 ? withoutByteOrderMark(found.text) : found.text;
    const alone = requestAlone(text, this.#host.idFieldOf(document.uri) ?? defaultIdField);
    return { ...alone, editorLine: document.toClient(line, 0).line };
  }

  /** In slices, so that typing never waits; an edit meanwhile begins it again. */
  async #findInDocument(
    document: LineDocument,
    query: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<FoundRequests> {
    const idField = this.#host.idFieldOf(document.uri) ?? defaultIdField;
    const pattern = queryPattern(query, 'text');
    for (;;) {
      const matches = new RequestMatches({ query, limit, idField });
      const { version } = document;
      let sliceEndMs = this.#host.monotonicMs() + sliceMs;
      for (let line = 0; line < document.lines.length && version === document.version; line++) {
        addLine(matches, document, line, pattern);
        if (this.#host.monotonicMs() < sliceEndMs) continue;
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        sliceEndMs = this.#host.monotonicMs() + sliceMs;
      }
      if (version === document.version) return bestMatches([matches.result()], limit);
    }
  }

  #pathOf(uri: string): string {
    const path = pathOf(uri);
    if (path !== null) return path;
    const message = 'This is neither an open document nor a file on this disk.';
    throw new ResponseError(LSPErrorCodes.RequestFailed, message);
  }

  async #answer<Answer>(
    token: CancellationToken,
    act: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const abort = new AbortController();
    if (token.isCancellationRequested) abort.abort();
    const listener = token.onCancellationRequested(() => abort.abort());
    try {
      return await act(abort.signal);
    } catch (error) {
      if (abort.signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
      if (error instanceof ResponseError) throw error;
      if (error instanceof FileFailureError) {
        throw new ResponseError(LSPErrorCodes.RequestFailed, error.message, error.failure);
      }
      this.#host.failed('A request could not be looked up', error);
      throw new ResponseError(ErrorCodes.InternalError, 'This could not be looked up; the log says more.');
    } finally {
      listener.dispose();
    }
  }
}

function addLine(
  matches: RequestMatches,
  document: LineDocument,
  line: number,
  pattern: RegExp | null,
): void {
  const whole = document.textOf(line);
  const text = line === 0 ? withoutByteOrderMark(whole) : whole;
  if (pattern !== null) pattern.lastIndex = 0;
  const at = pattern === null ? 0 : (pattern.exec(text)?.index ?? -1);
  if (at !== -1 && text.trim() !== '') matches.add(line, text, () => at);
}

/** Of a file that no check has looked at. @throws FileFailureError */
function idFieldAt(path: string): string {
  const kind = kindOfFile(path, defaultConfiguration);
  return kind === null || kind.kind === 'recognised' ? defaultIdField : kind.dialect.idField;
}

function failureOf(error: unknown): FileFailure | null {
  return error instanceof ResponseError && typeof error.data === 'object'
    ? (error.data as FileFailure | null)
    : null;
}
