// What belongs together in a request to Gemini and no type says: what a part is, calls and answers, forms of answers.
import type { Chance } from './chance.ts';
import type { Body } from './endpoint.ts';
import { isObject, isSet } from './settleChat.ts';

/** Rules of the API reference (about 2026-09); each is named where it is kept. */
export function settleGenerate(body: Body, chance: Chance): Body {
  body.contents = turns(body.contents as Body[], chance);
  if (isObject(body.systemInstruction)) body.systemInstruction = { parts: [{ text: 'Be brief.' }] };
  settleTools(body);
  // What a cache was made with cannot be said again.
  if (isSet(body.cachedContent))
    for (const name of ['systemInstruction', 'tools', 'toolConfig']) delete body[name];
  if (isObject(body.generationConfig)) settleConfig(body.generationConfig);
  const settings = body.safetySettings as Body[] | undefined;
  // One setting for each category.
  if (settings !== undefined) body.safetySettings = settings.filter(isFirst);
  return body;
}

function isFirst({ category }: Body, index: number, all: readonly Body[]): boolean {
  return all.findIndex((one) => one.category === category) === index;
}

export function settleEmbed(body: Body, chance: Chance): Body {
  body.content = { parts: [{ text: chance.pick(['Hi', 'Grüße, 世界 😀', 'two\nlines']) }] };
  return body;
}

/** A part is one of these. */
const kinds = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
];
const notes = ['thought', 'thoughtSignature', 'partMetadata'];
const modelsKinds: ReadonlySet<string> = new Set([
  'functionCall',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
]);

/** A call is answered in the next content, by the same name and id. */
function turns(contents: readonly Body[], chance: Chance): Body[] {
  const made: Body[] = [];
  for (const content of contents) {
    const role = content.role === 'model' ? 'model' : 'user';
    const parts = ((content.parts as Body[] | undefined) ?? []).flatMap((part) =>
      onePart(part, role, chance),
    );
    made.push({
      ...(isSet(content.role) || role === 'model' ? { role } : {}),
      parts: parts.length > 0 ? parts : [{ text: 'Hi' }],
    });
    const calls = parts.flatMap(({ functionCall }) => (isObject(functionCall) ? [functionCall] : []));
    if (calls.length > 0) made.push({ role: 'user', parts: calls.map(answer) });
  }
  if (made.at(-1)?.role === 'model') made.push({ role: 'user', parts: [{ text: 'Go on.' }] });
  return made;
}

function answer({ name, id }: Body): Body {
  return { functionResponse: { name, ...(isSet(id) ? { id } : {}), response: { output: '18 °C' } } };
}

function onePart(part: Body, role: string, chance: Chance): Body[] {
  const found = kinds.filter(
    (kind) =>
      isSet(part[kind]) && kind !== 'functionResponse' && (role === 'model') === modelsKinds.has(kind),
  );
  const kind = found.length > 0 ? chance.pick(found) : 'text';
  const value = kind === 'text' ? (isSet(part.text) && part.text !== '' ? part.text : 'Hi') : part[kind];
  if (kind === 'functionCall') (value as Body).name = 'get_weather';
  const media =
    kind === 'inlineData' || kind === 'fileData'
      ? ['mediaResolution', 'videoMetadata', 'mediaProcessing']
      : [];
  const kept = [...notes.filter((name) => role === 'model' || name === 'partMetadata'), ...media].filter(
    (name) => isSet(part[name]),
  );
  return [{ [kind]: value, ...Object.fromEntries(kept.map((name) => [name, part[name]])) }];
}

/** Names are unique; parameters are said in one way. */
function settleTools(body: Body): void {
  const tools = (body.tools as Body[] | undefined) ?? [];
  let functions = 0;
  for (const tool of tools) {
    for (const one of (tool.functionDeclarations as Body[] | undefined) ?? []) {
      one.name = `function_${functions++}`;
      if (isSet(one.parametersJsonSchema)) delete one.parameters;
      if (isSet(one.responseJsonSchema)) delete one.response;
    }
  }
  const choice = isObject(body.toolConfig) ? body.toolConfig.functionCallingConfig : undefined;
  if (!isObject(choice)) return;
  // Names are chosen among those there are, and only where one must be called.
  if (functions === 0) delete (body.toolConfig as Body).functionCallingConfig;
  else if (isSet(choice.allowedFunctionNames))
    Object.assign(choice, { mode: 'ANY', allowedFunctionNames: ['function_0'] });
}

function settleConfig(config: Body): void {
  // A form is said in one way, and goes with JSON.
  if (isSet(config.responseJsonSchema)) delete config.responseSchema;
  if (isSet(config.responseSchema) || isSet(config.responseJsonSchema))
    config.responseMimeType = 'application/json';
  if (isSet(config.logprobs)) config.responseLogprobs = true;
  const thinking = config.thinkingConfig;
  // How much it thinks is said in one way.
  if (isObject(thinking) && isSet(thinking.thinkingLevel)) delete thinking.thinkingBudget;
  const speech = config.speechConfig;
  // One voice, or several.
  if (isObject(speech) && isSet(speech.multiSpeakerVoiceConfig)) delete speech.voiceConfig;
}
