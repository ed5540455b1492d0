// Which parts of a request are beta, and refused unless the whole batch is sent with their header? The schema says so.

import { removing } from '../../fix/fix.ts';
import { isObject, isPresent, type JsonObject, listMember, textMember } from '../../json/members.ts';
import { type BodySchema, type PropertySchema, schemaNamed } from '../bodySchemas.ts';
import { nameOf } from '../bodyWords.ts';
import { at, type Finding } from '../finding.ts';
import { systemAndMessageBlocks } from './blocks.ts';
import type { ClaudeRule } from './claude.ts';

interface Definition extends PropertySchema {
  readonly properties?: Readonly<Record<string, PropertySchema & { readonly const?: unknown }>>;
}

type MessagesSchema = BodySchema & { readonly definitions: Readonly<Record<string, Definition>> };

const schema = (): MessagesSchema => schemaNamed('anthropic/messages') as MessagesSchema;

let types: ReadonlyMap<string, string> | null = null;

/** Of types of blocks and tools the beta that they need. */
function betaTypes(): ReadonlyMap<string, string> {
  if (types !== null) return types;
  const found = new Map<string, string>();
  for (const { beta, properties } of Object.values(schema().definitions)) {
    const type = properties?.type?.const;
    if (beta !== undefined && typeof type === 'string') found.set(type, beta);
  }
  types = found;
  return found;
}

/** A request with more is wrong as a whole; the first ones say why. */
const mostFindings = 20;

export const checkBeta: ClaudeRule = ({ body }) => {
  const named = listMember(body, 'betas').filter((beta) => typeof beta === 'string');
  const findings: Finding[] = [];
  for (const { beta, what, path, isField } of betaParts(body)) {
    if (findings.length >= mostFindings) break;
    if (named.some((name) => featureOf(name) === featureOf(beta))) continue;
    const message = `${what} is beta: without the header anthropic-beta: ${beta} the request is refused. Send the batch with it, or do without.`;
    const where = isField ? at(path, 'key') : at([...path, 'type']);
    const fixes = isField ? [removing(path)] : [];
    findings.push({ code: 'body.unknown-field', severity: 'warning', where, message, fixes });
  }
  return findings;
};

interface BetaPart {
  readonly beta: string;
  /** As a sentence names it. */
  readonly what: string;
  readonly path: readonly string[];
  /** A member of an object; else a block or a tool of a beta type. */
  readonly isField: boolean;
}

function* betaParts(body: JsonObject): Generator<BetaPart> {
  const { properties, definitions } = schema();
  yield* betaFields(body, properties, []);
  yield* betaFields(body.output_config, definitions.outputConfig?.properties, ['output_config']);
  if (isObject(body.thinking) && isPresent(body.thinking.block_binding)) {
    const { beta } = definitions.blockBinding ?? {};
    if (beta !== undefined) yield betaField(beta, ['thinking', 'block_binding']);
  }
  for (const [index, message] of listMember(body, 'messages').entries()) {
    if (textMember(message, 'role') !== 'system') continue;
    yield* betaFields(message, definitions.systemMessage?.properties, ['messages', String(index)]);
  }
  for (const [index, tool] of listMember(body, 'tools').entries()) {
    yield* betaType(textMember(tool, 'type'), ['tools', String(index)]);
  }
  for (const { type, path } of systemAndMessageBlocks(body)) yield* betaType(type, path);
}

function betaField(beta: string, path: readonly string[]): BetaPart {
  return { beta, what: nameOf(path), path, isField: true };
}

function* betaType(type: string | null, path: readonly string[]): Generator<BetaPart> {
  const beta = betaTypes().get(type ?? '');
  if (beta !== undefined) yield { beta, what: JSON.stringify(type), path, isField: false };
}

function* betaFields(
  value: unknown,
  properties: Properties | undefined,
  path: readonly string[],
): Generator<BetaPart> {
  if (!isObject(value) || properties === undefined) return;
  for (const { name, beta } of betasOf(properties)) {
    if (Object.hasOwn(value, name) && isPresent(value[name])) yield betaField(beta, [...path, name]);
  }
}

type Properties = Readonly<Record<string, PropertySchema>>;
const betas = new Map<Properties, readonly { readonly name: string; readonly beta: string }[]>();

/** The few of the many fields of an object that are beta. */
function betasOf(properties: Properties) {
  let found = betas.get(properties);
  if (found === undefined) {
    const all = Object.entries(properties);
    found = all.flatMap(([name, { beta }]) => (beta === undefined ? [] : [{ name, beta }]));
    betas.set(properties, found);
  }
  return found;
}

/** Features keep their name from version to version: `mcp-client-2025-11-20`. */
function featureOf(beta: unknown): string {
  return String(beta).replace(/-\d{4}-\d{2}-\d{2}$/, '');
}
