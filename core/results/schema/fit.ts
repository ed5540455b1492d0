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
  /** Something could not be told, and was let pass. */
  doubt(): void;
  /** For what must not take a doubt for a yes. @throws Unknown where there was one. */
  surely<T>(ask: () => T): T;
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
  readonly #targets = new Map<string, unknown>();
  #steps = mostSteps;
  #depth = 0;
  #doubts = 0;

  constructor(root: unknown) {
    this.#root = root;
  }

  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new Unknown();
  }

  doubt(): void {
    this.#doubts++;
  }

  surely<T>(ask: () => T): T {
    const before = this.#doubts;
    const answer = ask();
    if (this.#doubts > before) throw new Unknown();
    return answer;
  }

  check(schema: unknown, value: unknown, at: Place): Misfit | null {
    if (schema === false) return { path: at, why: 'must not be there' };
    if (!isObject(schema)) return null;
    if (++this.#depth > deepest) throw new Unknown();
    const { isReference, asks, steps } = planOf(schema);
    this.spend(steps);
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
    const target = typeof ref === 'string' ? this.#targetOf(ref) : undefined;
    if (target === undefined) throw new Unknown();
    return this.check(target, value, at);
  }

  /** Looked up once: a reference may be long, and go through many definitions. */
  #targetOf(ref: string): unknown {
    if (!this.#targets.has(ref)) {
      this.spend(ref.length / 10);
      this.#targets.set(ref, refTarget(this.#root, ref, this));
    }
    return this.#targets.get(ref);
  }
}

interface Plan {
  /** It refers to another, or to what cannot be told. */
  readonly isReference: boolean;
  readonly asks: readonly (readonly [keyword: Keyword, asked: unknown])[];
  /** That it takes to look at them: lists of names and of forms are gone through for each value. */
  readonly steps: number;
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
    // Those of `properties` are looked up by the members that are there.
    const steps = asks.reduce(
      (sum, [, asked]) => sum + (asked === schema.properties ? 0 : sizeOf(asked) / 10),
      1,
    );
    plan = { isReference: references.some((name) => Object.hasOwn(schema, name)), asks, steps };
    plans.set(schema, plan);
  }
  return plan;
}

function sizeOf(asked: unknown): number {
  if (Array.isArray(asked)) return asked.length;
  return isObject(asked) ? Object.keys(asked).length : 0;
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
