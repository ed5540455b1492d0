// Is a strict schema too large? Sums over all of it, against what providers publish. Limits were raised before: warnings.

import type { Provider } from '../../dialects/dialect.ts';
import { formatCount } from '../../figures.ts';
import { isObject, type JsonObject } from '../../json/members.ts';
import type { Finding } from '../finding.ts';
import { placeName, said } from './schemaRule.ts';
import type { SchemaSite } from './schemaSites.ts';
import { nodePath, type SchemaNode } from './walkSchema.ts';

interface Limits {
  readonly properties: number;
  readonly levels: number;
}

/** Structured outputs guide, 2026-02 and 2026-06. */
const openaiLimits: Limits = { properties: 5000, levels: 10 };
const otherLimits: Partial<Readonly<Record<Provider, Limits>>> = {
  // Its page gives the limits of 2024 still (2026-03).
  azure: { properties: 100, levels: 5 },
};
const mostEnumValues = 1000;
/** Names of properties and definitions, enum values and constants. */
const mostCharacters = 120_000;
/** Of one enum of strings that has more values than `manyEnumValues`. */
const mostEnumCharacters = 15_000;
const manyEnumValues = 250;

/** What is counted over one strict schema of OpenAI's, node by node. */
export class StrictSize {
  readonly #site: SchemaSite;
  readonly #limits: Limits;
  #properties = 0;
  #enumValues = 0;
  #characters = 0;
  #deepest: SchemaNode | null = null;
  #longEnum: SchemaNode | null = null;

  constructor(site: SchemaSite, provider: Provider) {
    this.#site = site;
    this.#limits = otherLimits[provider] ?? openaiLimits;
  }

  add(node: SchemaNode, schema: JsonObject): void {
    const { properties, enum: values, const: constant } = schema;
    for (const named of [properties, schema.$defs, schema.definitions]) {
      if (isObject(named)) for (const name of Object.keys(named)) this.#characters += name.length;
    }
    if (isObject(properties)) {
      this.#properties += Object.keys(properties).length;
      // The root's properties are on the first level.
      const isDeeper = node.objects + 1 > this.#limits.levels;
      if (isDeeper && this.#deepest === null) this.#deepest = node;
    }
    if (typeof constant === 'string') this.#characters += constant.length;
    if (!Array.isArray(values)) return;
    this.#enumValues += values.length;
    const characters = values.reduce((sum: number, one) => sum + String(one ?? '').length, 0);
    this.#characters += characters;
    const isLong = values.length > manyEnumValues && characters > mostEnumCharacters;
    if (isLong && this.#longEnum === null) this.#longEnum = node;
  }

  *findings(): Generator<Finding> {
    const { properties, levels } = this.#limits;
    yield* this.#beyond(this.#properties, properties, 'properties');
    yield* this.#beyond(this.#enumValues, mostEnumValues, 'enum values');
    yield* this.#beyond(this.#characters, mostCharacters, 'characters of names and values');
    if (this.#deepest !== null) {
      const path = nodePath(this.#site.path, this.#deepest);
      const message = `${placeName(path)} nests objects deeper than ${levels} levels, the limit of strict schemas; flatten it.`;
      yield said({ code: 'schema.strict', severity: 'warning', path, target: 'owner', message });
    }
    if (this.#longEnum !== null) {
      const path = [...nodePath(this.#site.path, this.#longEnum), 'enum'];
      const message = `${placeName(path)} has more than ${formatCount(mostEnumCharacters)} characters, the limit of strict schemas for more than ${manyEnumValues} values; shorten it.`;
      yield said({ code: 'schema.strict', severity: 'warning', path, message });
    }
  }

  *#beyond(count: number, most: number, what: string): Generator<Finding> {
    if (count <= most) return;
    const { path } = this.#site;
    const message = `${placeName(path)} has ${formatCount(count)} ${what}; strict schemas take ${formatCount(most)}. Make it smaller.`;
    yield said({ code: 'schema.strict', severity: 'warning', path, target: 'owner', message });
  }
}

/** Over all strict schemas of one request to Anthropic, as its API answers (2026-04, 2026-06). */
const mostStrictTools = 20;
const mostOptional = 24;
const mostUnions = 16;

export class ClaudeStrictSize {
  #strictTools = 0;
  #optional = 0;
  #unions = 0;
  #last: SchemaSite | null = null;

  open(site: SchemaSite): void {
    this.#last = site;
    if (site.of === 'input') this.#strictTools++;
  }

  add({ properties, required, type, anyOf }: JsonObject): void {
    if (isObject(properties)) {
      const given = new Set<unknown>(Array.isArray(required) ? required : []);
      for (const name of Object.keys(properties)) if (!given.has(name)) this.#optional++;
    }
    if (Array.isArray(anyOf) || (Array.isArray(type) && type.length > 1)) this.#unions++;
  }

  *findings(): Generator<Finding> {
    if (this.#last === null) return;
    const { path } = this.#last;
    const counts = [
      [this.#strictTools, mostStrictTools, 'strict tools', 'take "strict" from some of them'],
      [this.#optional, mostOptional, 'properties that are not required', 'require more of them'],
      [this.#unions, mostUnions, 'properties with anyOf or several types', 'make some of them plain'],
    ] as const;
    for (const [count, most, what, advice] of counts) {
      if (count <= most) continue;
      const message = `The strict schemas of this request have ${formatCount(count)} ${what}; Anthropic takes ${most}: ${advice}.`;
      yield said({ code: 'schema.strict', severity: 'warning', path, target: 'owner', message });
    }
  }
}
