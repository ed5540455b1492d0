// What do tool definitions and response formats add to the input? They are billed; no exact rule is published.
import { hasMember, isObject, listMember, member, textMember } from '../json/members.ts';
import { addJson } from './jsonTokens.ts';
import type { Tally } from './tally.ts';

/** Constants of the OpenAI cookbook for the gpt-4o family ("How to count tokens", read 2026-11). */
const perFunction = 7;
const perPropertyList = 3;
const perProperty = 3;
const perEnum = -3;
const perEnumItem = 3;
const afterFunctions = 12;

const toolsErrorPercent = 15;
const schemaErrorPercent = 30;
/** A built-in tool brings instructions that are not published. */
const builtInToolTokens = 300;
/** Tools that put what they find before the model, billed as input: how much, nobody can say beforehand. */
const bringsContent = /^(?:web_search|file_search|computer|code_interpreter|mcp)/;
/** Deeper properties than anybody writes are left out. */
const deepestProperties = 32;

/** Chat's `tools` and `functions` and responses' `tools`. */
export function addTools(tally: Tally, body: unknown): void {
  const functions: unknown[] = [...listMember(body, 'functions')];
  for (const tool of listMember(body, 'tools')) {
    const type = textMember(tool, 'type');
    if (type === 'function') functions.push(member(tool, 'function') ?? tool);
    else if (type === 'custom') addCustomTool(tally, member(tool, 'custom') ?? tool);
    else if (type !== null && bringsContent.test(type)) tally.giveUp();
    else if (isObject(tool)) tally.addition(builtInToolTokens);
  }
  for (const definition of functions) addFunction(tally, definition);
  if (functions.length > 0) tally.about(afterFunctions, toolsErrorPercent);
}

function addFunction(tally: Tally, definition: unknown): void {
  tally.about(perFunction, toolsErrorPercent);
  addNamed(tally, textMember(definition, 'name') ?? '', null, textMember(definition, 'description'));
  addProperties(tally, member(definition, 'parameters'), 0);
}

function addCustomTool(tally: Tally, tool: unknown): void {
  tally.about(perFunction, toolsErrorPercent);
  addNamed(tally, textMember(tool, 'name') ?? '', null, textMember(tool, 'description'));
  if (hasMember(tool, 'format')) addJson(tally, member(tool, 'format'), schemaErrorPercent);
}

/** The cookbook's line for a function or a property: `name:type:description`, without a last full stop. */
function addNamed(tally: Tally, name: string, type: string | null, description: string | null): void {
  const words = (description ?? '').replace(/\.$/, '');
  tally.textAbout(type === null ? `${name}:${words}` : `${name}:${type}:${words}`, toolsErrorPercent);
}

function addProperties(tally: Tally, schema: unknown, depth: number): void {
  const properties = member(schema, 'properties');
  if (!isObject(properties) || depth > deepestProperties) return;
  const names = Object.keys(properties);
  if (names.length > 0) tally.about(perPropertyList, toolsErrorPercent);
  for (const name of names) {
    const property = properties[name];
    tally.about(perProperty, toolsErrorPercent);
    const values = listMember(property, 'enum');
    if (values.length > 0) tally.about(perEnum, toolsErrorPercent);
    for (const value of values) {
      tally.about(perEnumItem, toolsErrorPercent);
      tally.textAbout(typeof value === 'string' ? value : String(Number(value)), toolsErrorPercent);
    }
    addNamed(tally, name, textMember(property, 'type') ?? '', textMember(property, 'description'));
    addProperties(tally, property, depth + 1);
    addProperties(tally, member(property, 'items'), depth + 1);
  }
}

/** Chat's `response_format`, responses' `text.format`: only a schema is put before the model. */
export function addResponseFormat(tally: Tally, format: unknown): void {
  if (textMember(format, 'type') !== 'json_schema') return;
  const wrapped = member(format, 'json_schema') ?? format;
  tally.text(textMember(wrapped, 'name') ?? '');
  tally.textAbout(textMember(wrapped, 'description') ?? '', schemaErrorPercent);
  addJson(tally, member(wrapped, 'schema'), schemaErrorPercent);
}
