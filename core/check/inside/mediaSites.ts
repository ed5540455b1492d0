// Where in a request do images, files and recordings stand, by address or with their bytes?
import { isObject, listMember, member, textMember } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import { systemAndMessageBlocks } from '../anthropic/blocks.ts';
import type { BodyUse } from '../bodyRule.ts';

export interface MediaSite {
  /** An address (a data URL is one, too), or bytes in base64. */
  readonly kind: 'address' | 'bytes';
  readonly text: string;
  readonly path: JsonPath;
  readonly of: 'image' | 'file' | 'audio';
  /** What is said beside bytes that they are, and where. */
  readonly type: { readonly name: string; readonly path: JsonPath } | null;
}

export function mediaSites(use: BodyUse): Iterable<MediaSite> {
  const { endpoint, body } = use;
  const name = endpoint?.schema ?? '';
  if (name.endsWith('/chat-completions')) return chatMedia(body);
  if (name.endsWith('/responses')) return responsesMedia(body);
  if (name === 'openai/moderations') return inParts(body.input, ['input']);
  if (name === 'anthropic/messages') return claudeMedia(body);
  if (name === 'gemini/generate-content') return geminiMedia(listMember(body, 'contents'), ['contents']);
  if (name === 'gemini/embed-content') return geminiMedia([body.content], null);
  return endpoint?.url === '/v1/images/edits' ? editedImages(body) : [];
}

function chatMedia(body: BodyUse['body']): Iterable<MediaSite> {
  const messages = listMember(body, 'messages');
  // Most are texts.
  return messages.some((message) => Array.isArray(member(message, 'content'))) ? chatParts(messages) : [];
}

function* chatParts(messages: readonly unknown[]): Generator<MediaSite> {
  for (const [index, message] of messages.entries()) {
    yield* inParts(member(message, 'content'), ['messages', String(index), 'content']);
  }
}

/** Parts of chat completions and of moderations. */
function* inParts(parts: unknown, path: JsonPath): Generator<MediaSite> {
  if (!Array.isArray(parts)) return;
  for (const [index, part] of parts.entries()) {
    const here = [...path, String(index)];
    yield* address(member(part, 'image_url'), 'url', [...here, 'image_url'], 'image');
    yield* address(member(part, 'file'), 'file_data', [...here, 'file'], 'file');
    const audio = member(part, 'input_audio');
    yield* bytes(audio, 'data', [...here, 'input_audio'], 'audio', null);
  }
}

function* responsesMedia({ input }: BodyUse['body']): Generator<MediaSite> {
  if (!Array.isArray(input)) return;
  for (const [index, item] of input.entries()) {
    for (const field of contents) {
      const found = member(item, field);
      if (typeof found !== 'object' || found === null) continue;
      const path = ['input', String(index), field];
      // A screenshot is one part, not a list.
      if (isObject(found)) yield* address(found, 'image_url', path, 'image');
      if (!Array.isArray(found)) continue;
      for (const [at, part] of found.entries()) {
        const here = [...path, String(at)];
        yield* address(part, 'image_url', here, 'image');
        yield* address(part, 'file_url', here, 'file');
        yield* address(part, 'file_data', here, 'file');
      }
    }
  }
}

const contents = ['content', 'output'] as const;

function* editedImages(body: BodyUse['body']): Generator<MediaSite> {
  for (const [index, image] of listMember(body, 'images').entries()) {
    yield* address(image, 'image_url', ['images', String(index)], 'image');
  }
  yield* address(body.mask, 'image_url', ['mask'], 'image');
}

function* claudeMedia(body: BodyUse['body']): Generator<MediaSite> {
  for (const { block, type, path } of systemAndMessageBlocks(body)) {
    if (type !== 'image' && type !== 'document') continue;
    const of = type === 'image' ? 'image' : 'file';
    const { source } = block;
    const here = [...path, 'source'];
    const kind = textMember(source, 'type');
    if (kind === 'url') yield* address(source, 'url', here, of);
    if (kind === 'base64') yield* bytes(source, 'data', here, of, 'media_type');
  }
}

function* geminiMedia(contents: readonly unknown[], path: JsonPath | null): Generator<MediaSite> {
  for (const [index, content] of contents.entries()) {
    const base = path === null ? ['content'] : [...path, String(index)];
    for (const [at, part] of listMember(content, 'parts').entries()) {
      const here = [...base, 'parts', String(at)];
      yield* geminiPart(part, here);
      const parts = listMember(member(part, 'functionResponse'), 'parts');
      for (const [inner, one] of parts.entries()) {
        yield* geminiPart(one, [...here, 'functionResponse', 'parts', String(inner)]);
      }
    }
  }
}

function* geminiPart(part: unknown, path: JsonPath): Generator<MediaSite> {
  const data = member(part, 'inlineData');
  const of = textMember(data, 'mimeType')?.startsWith('image/') === true ? 'image' : 'file';
  yield* bytes(data, 'data', [...path, 'inlineData'], of, 'mimeType');
  yield* address(member(part, 'fileData'), 'fileUri', [...path, 'fileData'], 'file');
}

function* address(owner: unknown, name: string, path: JsonPath, of: MediaSite['of']): Generator<MediaSite> {
  const text = textMember(owner, name);
  if (text !== null) yield { kind: 'address', text, path: [...path, name], of, type: null };
}

function* bytes(
  owner: unknown,
  name: string,
  path: JsonPath,
  of: MediaSite['of'],
  typeName: string | null,
): Generator<MediaSite> {
  const text = textMember(owner, name);
  if (text === null) return;
  const type = typeName === null ? null : textMember(owner, typeName);
  const place = type === null ? null : { name: type, path: [...path, typeName ?? ''] };
  yield { kind: 'bytes', text, path: [...path, name], of, type: place };
}
