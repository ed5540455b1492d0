// Are the schemas within a request schemas, and do strict ones keep the rules that their provider has for them?
import { isObject, type JsonObject } from '../../json/members.ts';
import type { Severity } from '../../problem.ts';
import type { BodyRule, BodyUse } from '../bodyRule.ts';
import type { Finding } from '../finding.ts';
import { namesList } from './lists.ts';
import { schemaFaults } from './schemaFaults.ts';
import { findCircle, resolveRef } from './schemaRefs.ts';
import { pathIn, placeName, type SchemaRule, type SchemaUse, said } from './schemaRule.ts';
import { type SchemaSite, schemaSites } from './schemaSites.ts';
import { strictClaude } from './strictClaude.ts';
import { ClaudeStrictSize, StrictSize } from './strictLimits.ts';
import { strictOpenai } from './strictOpenai.ts';
import { openApiFaults, toolRoot } from './toolSchemas.ts';
import { nodePath, walkSchema } from './walkSchema.ts';

/** A request with more is wrong as a whole; the first ones say why. */
const mostFindings = 50;

export const checkSchemas: BodyRule = (use) => {
  const sites = schemaSites(use);
  if (sites.length === 0) return none;
  const found: Finding[] = [];
  const claudeSize = new ClaudeStrictSize();
  for (const site of sites) {
    if (site.strict === 'anthropic') claudeSize.open(site);
    checkSchema(site, use, claudeSize, found);
    if (found.length >= mostFindings) return found.slice(0, mostFindings);
  }
  found.push(...claudeSize.findings());
  return found;
};

const none: readonly Finding[] = [];

function checkSchema(
  site: SchemaSite,
  { dialect }: BodyUse,
  claudeSize: ClaudeStrictSize,
  found: Finding[],
): void {
  const root = site.schema;
  const family = dialect.form === 'params' ? 'anthropic' : dialect.form === 'keyed' ? 'gemini' : 'openai';
  // What Gemini answers to a schema that is none is not published.
  const known = family === 'gemini' ? 'warning' : dialect.certainty.values;
  const size = site.strict === 'openai' ? new StrictSize(site, dialect.provider) : null;
  const rules = rulesOf(site);
  for (const node of walkSchema(root)) {
    // What is no object is said of its parent.
    if (!isObject(node.schema)) continue;
    const use: SchemaUse = { site, node, schema: node.schema, known, family, found };
    for (const rule of rules) rule(use);
    checkRef(use, root);
    if (found.length >= mostFindings) return;
    size?.add(node, node.schema);
    if (site.strict === 'anthropic') claudeSize.add(node.schema);
  }
  if (size !== null) found.push(...size.findings());
  if (site.strict === 'anthropic') checkCircle(site, known, found);
}

function rulesOf({ language, strict }: SchemaSite): readonly SchemaRule[] {
  if (language === 'openApi') return [openApiFaults];
  const ofAny = [schemaFaults, toolRoot];
  if (strict === 'openai') return [...ofAny, strictOpenai];
  return strict === 'anthropic' ? [...ofAny, strictClaude] : ofAny;
}

function checkRef(use: SchemaUse, root: JsonObject): void {
  const { $ref: ref } = use.schema;
  if (typeof ref !== 'string' || use.site.language === 'openApi') return;
  const { kind } = resolveRef(root, ref);
  if (kind === 'found') return;
  const isStrict = use.site.strict !== null;
  // Of a schema that is only shown to the model, what it cannot look up is doubtful.
  if (kind === 'elsewhere' && !isStrict) return;
  const path = pathIn(use, '$ref');
  const message =
    kind === 'missing'
      ? `${namesList([ref])} is not in this schema, at ${placeName(path)}; write its definition into "$defs", or correct the name.`
      : `$ref must point into this schema, as "#/$defs/name" does, not to ${namesList([ref])}, at ${placeName(path)}.`;
  const severity = isStrict ? use.known : 'warning';
  use.found.push(said({ code: isStrict ? 'schema.strict' : 'body.value', severity, path, message }));
}

/** "Recursive schemas" are not supported. */
function checkCircle(site: SchemaSite, severity: Severity, found: Finding[]): void {
  const node = findCircle(site.schema);
  if (node === null) return;
  const path = [...nodePath(site.path, node), '$ref'];
  const message = `${placeName(path)} leads back to what it is part of, and Anthropic follows no such schema strictly; write it out to a fixed depth.`;
  found.push(said({ code: 'schema.strict', severity, path, message }));
}
