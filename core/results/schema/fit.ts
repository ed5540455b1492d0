// Does a JSON value fit a JSON Schema? Interpreted, not compiled: schemas come with requests, a thousand different ones in a
// file perhaps, and one that branches without end must cost a bounded number of steps, which compiled code cannot promise.
import { isObject, type JsonObject } from '../../json/members.ts';
import { type Keyword, keywords, type Use } from './keywords.ts';
import { refTarget } from './refTarget.ts';

export type Fit =
  | { readonly kind: 'fits' }
  /** `where` begins a sentence ("answer.items[3]"), `why` goes on ("must be a number"). */
  | { readonly kind: 'misfit'; readonly where: string; readonly why: string }
  /** It would take too many steps, or refers to a schema that is not here. */
  | { readonly kind: 'unknown' };

export interface Misfit {
  readonly path: Place;
  readonly why: string;
}

/** Where a value stands in the answer: a step in what holds it. */
export type Place = { readonly parent: Place; readonly step: string | number } | null;

/** What a keyword may ask of the value that it judges. */
export interface Judge {
  /** @returns the first misfit, or null. */
  check(schema: unknown, value: unknown, at: Place): Misfit | null;
  /** Pays for work that grows with schema or value. @throws Unknown */
  spend(steps: number): void;
}

const mostSteps = 200_000;
const deepest = 400;

class Unknown extends Error {}

/** Draft 7 and what later drafts say instead; `format` and `unevaluated…` are not looked at. Never throws. */
export function fitOf(schema: unknown, value: unknown): Fit {
  try {
    const misfit = new SchemaJudge(schema).check(schema, value, null);
    return misfit === null
      ? { kind: 'fits' }
      : { kind: 'misfit', where: wordsOf(misfit.path), why: misfit.why };
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return { kind: 'unknown' };
    throw error;
  }
}

class SchemaJudge implements Judge {
  readonly #root: unknown;
  #steps = mostSteps;
  #depth = 0;

  constructor(root: unknown) {
    this.#root = root;
  }

  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new Unknown();
  }

  check(schema: unknown, value: unknown, at: Place): Misfit | null {
    if (schema === false) return { path: at, why: 'must not be there' };
    if (!isObject(schema)) return null;
    this.spend(1);
    if (++this.#depth > deepest) throw new Unknown();
    const { isReference, asks } = planOf(schema);
    let misfit = isReference ? this.#ofReference(schema, value, at) : null;
    const use: Use = { schema, value, at, judge: this };
    for (let next = 0; misfit === null && next < asks.length; next++) {
      const [keyword, asked] = asks[next] as Plan['asks'][number];
      misfit = keyword(asked, use);
    }
    this.#depth--;
    return misfit;
  }

  #ofReference(schema: JsonObject, value: unknown, at: Place): Misfit | null {
    const { $ref: ref } = schema;
    const target = typeof ref === 'string' ? refTarget(this.#root, ref) : undefined;
    if (target === undefined) throw new Unknown();
    return this.check(target, value, at);
  }
}

interface Plan {
  /** It refers to another, or to what cannot be told. */
  readonly isReference: boolean;
  readonly asks: readonly (readonly [keyword: Keyword, asked: unknown])[];
}

const plans = new WeakMap<JsonObject, Plan>();
const references = ['$ref', '$dynamicRef', '$recursiveRef'];

/** What a schema asks, looked up once for all answers. */
function planOf(schema: JsonObject): Plan {
  let plan = plans.get(schema);
  if (plan === undefined) {
    const asks = Object.entries(schema).flatMap(([name, asked]) => {
      const keyword = keywords.get(name);
      return keyword === undefined ? [] : [[keyword, asked] as const];
    });
    plan = { isReference: references.some((name) => Object.hasOwn(schema, name)), asks };
    plans.set(schema, plan);
  }
  return plan;
}

/** "answer.items[3].price"; names that are no plain words in quotes. */
function wordsOf(path: Place): string {
  const steps: string[] = [];
  for (let place = path; place !== null; place = place.parent) {
    const { step } = place;
    if (typeof step === 'number') steps.push(`[${step}]`);
    else steps.push(/^[A-Za-z_]\w{0,60}$/.test(step) ? `.${step}` : `[${JSON.stringify(step.slice(0, 60))}]`);
  }
  return `answer${steps.reverse().slice(0, 50).join('')}`;
}
