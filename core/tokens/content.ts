// What is in a message: text, or parts of text, images, files and sound, in the words of chat completions and responses.

import { hasMember, isObject, listMember, member, textMember } from '../json/members.ts';
import { addImage } from './images.ts';
import { addJson } from './jsonTokens.ts';
import type { Tally } from './tally.ts';

/** Files are read page by page, as text and as a picture; neither is documented in figures. */
const tokensPerPage = 1500;
const bytesPerPage = 75_000;

/**
 * Adds `content`, a string or a list of parts; anything else will be refused and counts nothing.
 * @param modelId the catalogue's, for the rule of its images; null: not known.
 */
export function addContent(tally: Tally, content: unknown, modelId: string | null): void {
  if (typeof content === 'string') tally.text(content);
  else if (Array.isArray(content)) for (const part of content) addPart(tally, part, modelId);
}

function addPart(tally: Tally, part: unknown, modelId: string | null): void {
  switch (textMember(part, 'type')) {
    case 'text':
    case 'input_text':
    case 'output_text':
      tally.text(textMember(part, 'text') ?? '');
      break;
    case 'refusal':
      tally.text(textMember(part, 'refusal') ?? '');
      break;
    case 'image_url': {
      const image = member(part, 'image_url');
      addImage(tally, modelId, textMember(image, 'url'), textMember(image, 'detail'));
      break;
    }
    case 'input_image':
      addImage(tally, modelId, textMember(part, 'image_url'), textMember(part, 'detail'));
      break;
    case 'file':
      addFile(tally, member(part, 'file'));
      break;
    case 'input_file':
      addFile(tally, part);
      break;
    case 'input_audio':
      // Sound has a price of its own that the catalogue does not hold.
      tally.giveUp();
      break;
    default:
      if (isObject(part)) addJson(tally, part, 50);
  }
}

function addFile(tally: Tally, file: unknown): void {
  const data = textMember(file, 'file_data');
  if (data === null) {
    if (hasMember(file, 'file_id') || hasMember(file, 'file_url')) tally.giveUp();
    return;
  }
  const sizeBytes = (data.length * 3) / 4;
  tally.addition(tokensPerPage * Math.max(1, Math.round(sizeBytes / bytesPerPage)));
}

/** Calls an assistant made: their framing is not documented. */
export function addToolCalls(tally: Tally, message: unknown): void {
  const legacy = member(message, 'function_call');
  for (const call of [...listMember(message, 'tool_calls'), ...(isObject(legacy) ? [legacy] : [])]) {
    const called = member(call, 'function') ?? member(call, 'custom') ?? call;
    addCall(
      tally,
      textMember(called, 'name'),
      textMember(called, 'arguments') ?? textMember(called, 'input'),
    );
  }
}

const callErrorPercent = 10;
const framingPerCall = 8;

export function addCall(tally: Tally, name: string | null, input: string | null): void {
  tally.about(framingPerCall, 50);
  tally.textAbout(name ?? '', callErrorPercent);
  tally.textAbout(input ?? '', callErrorPercent);
}
