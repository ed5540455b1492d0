// How many input tokens will Gemini bill a request for? No tokenizer of its models is public: all of it is estimated.
import { hasMember, isObject, type JsonObject, listMember, member, textMember } from '../json/members.ts';
import { addInlineData, type MediaUse, mediaUseOf } from './geminiMedia.ts';
import { addJson } from './jsonTokens.ts';
import { cachedPrefix, type SharedPrefix } from './sharedPrefix.ts';
import type { Tally } from './tally.ts';

/** A turn: 10 tokens were documented for a text of 10 alone, and one or so for each turn of a chat (token page, read 2026). */
const perTurn = 1;
const framingErrorPercent = 100;

/** How declarations of functions and schemas are put before the model is not published. */
const toolsErrorPercent = 50;
const schemaErrorPercent = 30;
const callErrorPercent = 20;

/** Tools that put what they find before the model, billed as input (`toolUsePromptTokenCount`): how much, nobody can say. */
const bringsContent = ['urlContext', 'fileSearch', 'codeExecution', 'computerUse', 'mcpServers'] as const;
/** Others bring instructions that are not published. */
const builtInToolTokens = 300;

/** @param body in camelCase. */
export function walkGenerate(body: JsonObject, tally: Tally, modelId: string | null): SharedPrefix | null {
  const config = member(body, 'generationConfig');
  const use = mediaUseOf(modelId, config);
  // What a cache holds is billed, too, and an answer that goes on has been begun elsewhere.
  if (hasMember(body, 'cachedContent') || hasMember(body, 'continuationToken')) tally.giveUp();
  const opening = cachedPrefix(tally, [member(body, 'tools'), member(body, 'toolConfig')]);
  const instruction = member(body, 'systemInstruction');
  if (isObject(instruction)) {
    opening.beforeMessage('system');
    addContent(tally, instruction, use);
    opening.afterMessage(member(instruction, 'parts'));
  }
  const contents = listMember(body, 'contents');
  // What stands elsewhere, or in another form, will be refused or is not for us to count; in no case is it nothing.
  if (contents.length === 0) tally.giveUp();
  for (const content of contents) {
    opening.beforeMessage(textMember(content, 'role') ?? 'user');
    if (contents.length > 1) tally.about(perTurn, framingErrorPercent);
    addContent(tally, content, use);
    opening.afterMessage(member(content, 'parts'));
  }
  const prefix = opening.result();
  addGeminiTools(tally, listMember(body, 'tools'));
  for (const field of ['responseSchema', 'responseJsonSchema', 'responseFormat']) {
    if (hasMember(config, field)) addJson(tally, member(config, field), schemaErrorPercent);
  }
  return prefix;
}

/** Only texts are counted (@google/genai 3.1.0, `EmbedContentBatch`); what else newer models take is not published. */
export function walkEmbed(body: JsonObject, tally: Tally): null {
  for (const part of listMember(member(body, 'content'), 'parts')) {
    tally.text(textMember(part, 'text') ?? '');
    if (hasMember(part, 'inlineData') || hasMember(part, 'fileData')) tally.giveUp();
  }
  const title = textMember(body, 'title') ?? textMember(member(body, 'embedContentConfig'), 'title');
  if (title !== null) tally.textAbout(title, framingErrorPercent);
  // An encoding that is assumed counts as estimated by itself; an empty text would not.
  tally.about(0, 0);
  return null;
}

function addContent(tally: Tally, content: unknown, use: MediaUse): void {
  for (const part of listMember(content, 'parts')) addPart(tally, part, use);
}

function addPart(tally: Tally, part: unknown, use: MediaUse): void {
  const text = textMember(part, 'text');
  if (text !== null) tally.text(text);
  if (hasMember(part, 'inlineData')) addInlineData(tally, part, use);
  if (hasMember(part, 'fileData')) tally.giveUp();
  for (const field of ['functionCall', 'toolCall', 'toolResponse']) {
    if (hasMember(part, field)) addJson(tally, member(part, field), callErrorPercent);
  }
  const answer = member(part, 'functionResponse');
  if (isObject(answer)) {
    tally.textAbout(textMember(answer, 'name') ?? '', callErrorPercent);
    addJson(tally, member(answer, 'response'), callErrorPercent);
    for (const one of listMember(answer, 'parts')) addPart(tally, one, use);
  }
  tally.textAbout(textMember(member(part, 'executableCode'), 'code') ?? '', callErrorPercent);
  tally.textAbout(textMember(member(part, 'codeExecutionResult'), 'output') ?? '', callErrorPercent);
}

function addGeminiTools(tally: Tally, tools: readonly unknown[]): void {
  for (const tool of tools) {
    if (!isObject(tool)) continue;
    if (bringsContent.some((field) => Object.hasOwn(tool, field))) tally.giveUp();
    for (const declaration of listMember(tool, 'functionDeclarations')) {
      addJson(tally, declaration, toolsErrorPercent);
    }
    if (['googleSearch', 'googleSearchRetrieval', 'googleMaps'].some((field) => Object.hasOwn(tool, field))) {
      tally.addition(builtInToolTokens);
    }
  }
}
