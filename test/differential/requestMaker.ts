// Makes requests of one endpoint by chance, valid ones and such with one fault.
import { Ajv, type ValidateFunction } from 'ajv';
import { randomFrom } from '../random.ts';
import { resolved, type Schema } from '../sdk/jsonSchema.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Body, Endpoint } from './endpoint.ts';
import { generate } from './generate.ts';
import { type BodyFault, breakJson, hide, spoil } from './mutate.ts';

export type Fault = BodyFault | 'envelope' | 'json' | 'hidden' | 'duplicate id';

export interface Request {
  readonly id: string;
  readonly body: Body;
}

/** The same requests from the same seed. */
export class RequestMaker {
  readonly chance: Chance;
  readonly #endpoint: Endpoint;
  readonly #isValid: ValidateFunction;
  readonly #seen = new Map<Schema, Set<string>>();
  readonly #taken = new Map<Schema, number>();

  constructor(endpoint: Endpoint, from: number) {
    this.chance = chanceOf(randomFrom(from));
    this.#endpoint = endpoint;
    this.#isValid = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
      endpoint.schema,
    );
  }

  body(model: string): Body {
    const { schema, settle } = this.#endpoint;
    const onField = (owner: Schema, name: string): void => {
      const names = this.#seen.get(owner) ?? new Set();
      this.#seen.set(owner, names.add(name));
    };
    const made = generate(schema, { root: schema, chance: this.chance, onField, taken: this.#taken }) as Body;
    const body = settle(made, model, this.chance);
    if (!this.#isValid(body))
      throw new Error(`no valid request: ${this.against(body)}\n${JSON.stringify(body)}`);
    return body;
  }

  request(id: string, model: string): Request {
    return { id, body: this.body(model) };
  }

  text({ id, body }: Request): string {
    return JSON.stringify(this.#endpoint.lineOf(id, body));
  }

  /** The text of a line with a fault, and its body; null where chance made none of it that the schema sees. */
  spoilt(request: Request, kind: Fault): { readonly text: string; readonly body: Body } | null {
    const { chance } = this;
    const { body } = request;
    const line = this.#endpoint.lineOf(request.id, body);
    const text = JSON.stringify(line);
    switch (kind) {
      case 'envelope':
        return { body, text: JSON.stringify(chance.pick(this.#endpoint.envelopeFaults)(line, chance)) };
      case 'json': {
        const broken = breakJson(text, chance);
        return isJson(broken) ? null : { body, text: broken };
      }
      case 'hidden':
        return { body, text: hide(text, chance) };
      case 'duplicate id':
        return { body, text: this.text({ id: 'r0', body }) };
      default: {
        const spoilt = this.#spoiltBody(body, kind);
        return spoilt === null ? null : { body: spoilt, text: this.text({ id: request.id, body: spoilt }) };
      }
    }
  }

  #spoiltBody(body: Body, kind: BodyFault): Body | null {
    for (let tries = 0; tries < 12; tries++) {
      const copy = structuredClone(body);
      if (!spoil(copy, kind, this.#endpoint, this.chance)) continue;
      if (!this.#isValid(copy)) return copy;
    }
    return null;
  }

  /** What the SDK's schema has against a body. */
  against(body: Body): string {
    if (this.#isValid(body)) return 'nothing is wrong with its body';
    const deepest = [...(this.#isValid.errors ?? [])].sort((a, b) => depth(b) - depth(a));
    const words = deepest
      .slice(0, 3)
      .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
    return words.join(' | ').slice(0, 500);
  }

  unseen(): readonly string[] {
    const { schema } = this.#endpoint;
    const unseen: string[] = [];
    const visited = new Set<Schema>();
    const visit = (node: Schema, path: string): void => {
      const found = resolved(node, schema) as Schema & { readonly examples?: readonly unknown[] };
      if (visited.has(found) || found.examples !== undefined) return;
      visited.add(found);
      for (const branch of [...(found.anyOf ?? []), ...(found.oneOf ?? [])]) visit(branch, path);
      if (typeof found.items === 'object' && !Array.isArray(found.items))
        visit(found.items as Schema, `${path}[]`);
      for (const [name, child] of Object.entries(found.properties ?? {})) {
        if (this.#seen.get(found)?.has(name) !== true) unseen.push(`${path}.${name}`);
        else if (typeof child === 'object') visit(child, `${path}.${name}`);
      }
    };
    visit(schema, '');
    return unseen;
  }
}

function depth({ instancePath }: { readonly instancePath: string }): number {
  return instancePath.split('/').length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
