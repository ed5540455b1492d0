// What the checks of one schema share: what they are given, how they name a place, and how they say what they found.

import type { Fix } from '../../fix/fix.ts';
import type { JsonObject } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { Severity } from '../../problem.ts';
import { nameOf } from '../bodyWords.ts';
import { at, type Finding } from '../finding.ts';
import type { SchemaSite } from './schemaSites.ts';
import { nodePath, type SchemaNode } from './walkSchema.ts';

/** One schema within a schema, for the rules that look at it. */
export interface SchemaUse {
  readonly site: SchemaSite;
  readonly node: SchemaNode;
  readonly schema: JsonObject;
  /** Of what the provider is known to refuse: a warning where it is another that speaks the same dialect. */
  readonly known: Severity;
  /** Who reads it: OpenAI and those that speak as it does, Anthropic, or Gemini. */
  readonly family: 'openai' | 'anthropic' | 'gemini';
  readonly found: Finding[];
}

/** What it finds goes into `found`: a schema has many parts, most of them with nothing to say. */
export type SchemaRule = (use: SchemaUse) => void;

const longestName = 100;

/** `tools[0].function.parameters.properties.city`; of a long one its end. */
export function placeName(path: JsonPath): string {
  const name = nameOf(path.map(String));
  if (name.length <= longestName) return name;
  const dot = name.indexOf('.', name.length - longestName);
  return `…${dot === -1 ? '' : name.slice(dot)}`;
}

/** A place in the schema that a rule looks at. */
export function pathIn({ site, node }: SchemaUse, ...steps: readonly string[]): JsonPath {
  return [...nodePath(site.path, node), ...steps];
}

export interface Said {
  readonly code: Finding['code'];
  readonly severity: Severity;
  readonly path: JsonPath;
  readonly target?: 'key' | 'value' | 'owner';
  readonly message: string;
  readonly fixes?: readonly Fix[];
}

export function said({ code, severity, path, target = 'value', message, fixes }: Said): Finding {
  return { code, severity, where: at(path, target), message, ...(fixes === undefined ? {} : { fixes }) };
}

/** The types of a schema as a list; empty: it names none, or something that is no type. */
export function typesOf({ type }: JsonObject): readonly string[] {
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? type.filter((one): one is string => typeof one === 'string') : [];
}
