// Fetches a file in as many tries as it takes: what came is kept, and gone on with where the server can. The path
// appears only when it is complete.
import { type KeptPart, PartialFile } from '#files';
import { LocalFileError, StrangeAnswerError } from './calls.ts';

export interface Download {
  /** What is fetched; what a try left of anything else is not gone on with. */
  readonly source: string;
  readonly path: string;
  readonly signal: AbortSignal;
  /** Asks for it with these headers beside its own. An SDK may throw for a bad status. */
  readonly ask: (headers: Readonly<Record<string, string>>) => Promise<Response>;
}

/** The file as the server had it when it was begun. */
interface Origin {
  readonly source: string;
  readonly etag: string | null;
  readonly totalBytes: number | null;
}

/** @throws LocalFileError when it cannot be written; what `ask` or the stream throws when it breaks. */
export async function keepDownload(download: Download): Promise<void> {
  const { path, source, signal } = download;
  const kept = await keptOf(path, source);
  if (kept !== null && kept.part.bytes === kept.origin.totalBytes) return await keepWhole(path, kept);
  const { response, goesOn } = await begun(download, kept);
  const origin = goesOn && kept !== null ? kept.origin : originOf(response, source);
  try {
    const file = await locally(() => PartialFile.begin(path, origin, goesOn && kept ? kept.part : null));
    await fill(file, response, origin, signal);
  } finally {
    // Whoever answered need not go on.
    await response.body?.cancel().catch(() => undefined);
  }
}

async function fill(
  file: PartialFile,
  response: Response,
  { totalBytes }: Origin,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      signal.throwIfAborted();
      await locally(() => file.write(chunk));
    }
    if (totalBytes !== null && file.bytes < totalBytes) throw new TypeError('It ended early.');
    if (totalBytes !== null && file.bytes > totalBytes) {
      await file.discard();
      throw new StrangeAnswerError();
    }
    await locally(() => file.commit());
  } finally {
    // What went wrong first is said; what is kept is what the last sync brought to the disk.
    await file.close().catch(() => undefined);
  }
}

interface Kept {
  readonly part: KeptPart;
  readonly origin: Origin;
}

async function keptOf(path: string, source: string): Promise<Kept | null> {
  const part = await PartialFile.kept(path);
  const origin = part === null ? null : readOrigin(part.of);
  return part === null || origin?.source !== source ? null : { part, origin };
}

/** All of it came, but whoever fetched it was killed before it said so. */
async function keepWhole(path: string, { part, origin }: Kept): Promise<void> {
  await locally(async () => (await PartialFile.begin(path, origin, part)).commit());
}

interface Begun {
  readonly response: Response;
  /** It begins behind what is kept, and is of the same file. */
  readonly goesOn: boolean;
}

/** Offsets in a range are of the bytes as they travel: packed, they would say nothing of those that are kept. */
const asItIs = { 'accept-encoding': 'identity' } as const;

async function begun({ ask }: Download, kept: Kept | null): Promise<Begun> {
  if (kept !== null) {
    const response = await askForRest(ask, kept);
    if (response !== null && response.status !== 206) return { response, goesOn: false };
    if (response !== null && isRestOf(kept, response)) return { response, goesOn: true };
    await response?.body?.cancel();
  }
  const response = await ask(asItIs);
  // Nobody asked for a part of it.
  if (response.status === 206) throw new StrangeAnswerError();
  return { response, goesOn: false };
}

/** Null when the server says that the file ends before: it is another one. */
async function askForRest(ask: Download['ask'], { part, origin }: Kept): Promise<Response | null> {
  // A weak ETag does not promise the same bytes, and is not allowed here (RFC 9110, 13.1.5).
  const isStrong = origin.etag !== null && !origin.etag.startsWith('W/');
  try {
    const response = await ask({
      ...asItIs,
      range: `bytes=${part.bytes}-`,
      ...(isStrong ? { 'if-range': origin.etag ?? '' } : {}),
    });
    if (response.status !== 416) return response;
    await response.body?.cancel();
    return null;
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 416) return null;
    throw error;
  }
}

/** Whether the bytes of a 206 go behind those that are kept; without anything to tell by they do not. */
function isRestOf({ part, origin }: Kept, response: Response): boolean {
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  if (range === null || Number(range[1]) !== part.bytes || isPacked(response)) return false;
  const etag = response.headers.get('etag');
  const totalBytes = range[3] === '*' ? null : Number(range[3]);
  const sameTag = sameness(origin.etag, etag);
  const sameTotal = sameness(origin.totalBytes, totalBytes);
  return sameTag !== false && sameTotal !== false && (sameTag ?? sameTotal) === true;
}

/** Null where one of them is not known. */
function sameness(before: unknown, now: unknown): boolean | null {
  return before === null || now === null ? null : before === now;
}

function originOf(response: Response, source: string): Origin {
  const { headers } = response;
  const length = headers.get('content-length');
  // What is unpacked on the way has another length, and cannot be gone on with in the middle.
  if (isPacked(response)) return { source, etag: null, totalBytes: null };
  return { source, etag: headers.get('etag'), totalBytes: length === null ? null : Number(length) };
}

function isPacked({ headers }: Response): boolean {
  return (headers.get('content-encoding') ?? 'identity') !== 'identity';
}

function readOrigin(value: unknown): Origin | null {
  if (typeof value !== 'object' || value === null) return null;
  const { source, etag, totalBytes } = value as Partial<Record<keyof Origin, unknown>>;
  if (typeof source !== 'string') return null;
  return {
    source,
    etag: typeof etag === 'string' ? etag : null,
    totalBytes: typeof totalBytes === 'number' ? totalBytes : null,
  };
}

async function locally<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    // It says itself in one sentence what is wrong with the place.
    if (error instanceof Error) throw new LocalFileError(error.message, { cause: error });
    throw error;
  }
}
