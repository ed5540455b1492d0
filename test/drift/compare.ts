// Where do a schema of ours and one made from an SDK's types say different things? Member by member, value by value.
import { resolved, type Schema, typesOf } from '../sdk/jsonSchema.ts';
import { type ObjectForm, type View, viewOf } from './view.ts';

/** One difference: who alone says it, what, and where, such as `sdk alone: value "max" of reasoning.effort`. */
export type Difference = string;

interface Sides {
  readonly ours: Schema;
  readonly sdk: Schema;
}

/** Each pair of definitions is compared once, at the first place where it stands. */
export function compareSchemas(sides: Sides): readonly Difference[] {
  const found = new Set<Difference>();
  const seen = new Set<string>();
  const numbers = new Map<Schema, number>();
  const numberOf = (node: Schema): number => {
    const known = numbers.get(node) ?? numbers.size;
    numbers.set(node, known);
    return known;
  };
  const open: { ours: readonly Schema[]; sdk: readonly Schema[]; path: string }[] = [
    { ours: [sides.ours], sdk: [sides.sdk], path: '' },
  ];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const key = [
      next.ours.map((node) => resolved(node, sides.ours)),
      next.sdk.map((node) => resolved(node, sides.sdk)),
    ]
      .map((nodes) => [...new Set(nodes.map(numberOf))].sort().join(','))
      .join('|');
    if (seen.has(key)) continue;
    seen.add(key);
    const views = { ours: viewOf(next.ours, sides.ours), sdk: viewOf(next.sdk, sides.sdk) };
    if (isFree(views.sdk)) continue;
    compareViews(views, next.path, found);
    if (isFree(views.ours)) {
      found.add(`ours alone: anything in ${next.path}`);
      continue;
    }
    if (views.ours.items.length > 0 && views.sdk.items.length > 0) {
      open.push({ ours: views.ours.items, sdk: views.sdk.items, path: `${next.path}[]` });
    }
    open.push(...compareObjects(views, next.path, found));
  }
  return [...found].sort();
}

/** Of free JSON there is nothing to compare. */
function isFree({ kinds, objects }: View): boolean {
  return (
    kinds.has('any') || (objects.length > 0 && objects.every((form) => isMap(form) && isAny(form.others)))
  );
}

function isMap({ properties, others }: ObjectForm): boolean {
  return Object.keys(properties).length === 0 && others !== null;
}

function isAny(schema: Schema | null): boolean {
  return schema !== null && Object.keys(schema).every((key) => key === 'description');
}

function compareViews({ ours, sdk }: { ours: View; sdk: View }, path: string, found: Set<Difference>): void {
  const place = path === '' ? 'the request' : path;
  if (ours.kinds.has('any')) return;
  for (const kind of sdk.kinds) if (!ours.kinds.has(kind)) found.add(`sdk alone: type ${kind} of ${place}`);
  for (const kind of ours.kinds) if (!sdk.kinds.has(kind)) found.add(`ours alone: type ${kind} of ${place}`);
  if (sdk.texts === null || ours.texts === null) {
    if (sdk.texts !== null && sdk.texts.size > 0) found.add(`ours alone: any text as ${place}`);
    if (ours.texts !== null && ours.texts.size > 0) found.add(`sdk alone: any text as ${place}`);
    return;
  }
  for (const text of sdk.texts)
    if (!ours.texts.has(text)) found.add(`sdk alone: value "${text}" of ${place}`);
  for (const text of ours.texts)
    if (!sdk.texts.has(text)) found.add(`ours alone: value "${text}" of ${place}`);
}

interface Pair {
  readonly ours: readonly Schema[];
  readonly sdk: readonly Schema[];
  readonly path: string;
}

/** Forms of a tagged union are compared tag by tag, others as one. */
function compareObjects(
  { ours, sdk }: { ours: View; sdk: View },
  path: string,
  found: Set<Difference>,
): Pair[] {
  if (sdk.objects.length === 0 || ours.objects.length === 0) return [];
  const tag = tagOf(sdk.objects);
  const pairs: Pair[] = [];
  for (const { values, ours: ourForms, sdk: sdkForms } of groups(ours.objects, sdk.objects, tag)) {
    const place = tag === null || values === '' ? path : `${path}<${values}>`;
    if (ourForms.length === 0 || sdkForms.length === 0) {
      found.add(`${ourForms.length === 0 ? 'sdk' : 'ours'} alone: form ${place || 'without a tag'}`);
    } else pairs.push(...compareForms({ ours: ourForms, sdk: sdkForms, tag, path: place }, found));
  }
  return pairs;
}

interface Group {
  readonly values: string;
  readonly ours: readonly ObjectForm[];
  readonly sdk: readonly ObjectForm[];
}

/** Tags that share a form on either side are one group: a schema may say several forms in one. */
function groups(
  ours: readonly ObjectForm[],
  sdk: readonly ObjectForm[],
  tag: string | null,
): readonly Group[] {
  if (tag === null) return [{ values: '', ours, sdk }];
  // A form whose tag may be any text is a form of all of them.
  if (ours.some((form) => tagValues(form, tag).length === 0 && isAnyText(form.properties[tag]))) {
    return [{ values: '', ours, sdk }];
  }
  const groupOf = new Map<string, Set<string>>();
  for (const form of [...ours, ...sdk]) {
    const merged = new Set<string>();
    for (const value of tagsOf(form, tag)) for (const one of groupOf.get(value) ?? [value]) merged.add(one);
    for (const value of merged) groupOf.set(value, merged);
  }
  return [...new Set(groupOf.values())].map((values) => {
    const inGroup = (form: ObjectForm): boolean => tagsOf(form, tag).some((value) => values.has(value));
    return { values: [...values].sort().join('|'), ours: ours.filter(inGroup), sdk: sdk.filter(inGroup) };
  });
}

interface Forms {
  readonly ours: readonly ObjectForm[];
  readonly sdk: readonly ObjectForm[];
  readonly tag: string | null;
  readonly path: string;
}

function compareForms({ ours, sdk, tag, path }: Forms, found: Set<Difference>): Pair[] {
  const pairs: Pair[] = [];
  const [ourFields, sdkFields] = [fieldsOf(ours), fieldsOf(sdk)];
  const [needed, sdkNeeds] = [requiredOf(ours), requiredOf(sdk)];
  for (const name of new Set([...ourFields.keys(), ...sdkFields.keys()])) {
    const place = path === '' ? name : `${path}.${name}`;
    const [ourNodes, sdkNodes] = [ourFields.get(name), sdkFields.get(name)];
    if (ourNodes === undefined || sdkNodes === undefined) {
      if (ourNodes === undefined && ours.some(isMap) && ours.every(({ others }) => others !== null)) continue;
      found.add(`${ourNodes === undefined ? 'sdk' : 'ours'} alone: field ${place}`);
      continue;
    }
    if (sdkNeeds.has(name) && !needed.has(name)) found.add(`sdk alone: needs ${place}`);
    if (needed.has(name) && !sdkNeeds.has(name)) found.add(`ours alone: needs ${place}`);
    if (sdkNodes.every(({ deprecated }) => deprecated === true) && !ourNodes.some(isSpokenAgainst)) {
      found.add(`sdk alone: deprecates ${place}`);
    }
    if (name !== tag || path.includes('|') || !path.endsWith('>'))
      pairs.push({ ours: ourNodes, sdk: sdkNodes, path: place });
  }
  const others = [ours, sdk].map((forms) =>
    forms.flatMap((form) => (isMap(form) && form.others ? [form.others] : [])),
  );
  const [ourOthers = [], sdkOthers = []] = others;
  if (ourOthers.length > 0 && sdkOthers.length > 0)
    pairs.push({ ours: ourOthers, sdk: sdkOthers, path: `${path}.*` });
  return pairs;
}

function isSpokenAgainst({ deprecated, notInBatch }: Schema): boolean {
  return deprecated === true || notInBatch !== undefined;
}

function fieldsOf(forms: readonly ObjectForm[]): Map<string, Schema[]> {
  const fields = new Map<string, Schema[]>();
  for (const { properties } of forms) {
    for (const [name, schema] of Object.entries(properties)) {
      fields.set(name, [...(fields.get(name) ?? []), schema]);
    }
  }
  return fields;
}

/** What every form needs. */
function requiredOf(forms: readonly ObjectForm[]): ReadonlySet<string> {
  const [first, ...others] = forms.map(({ required }) => new Set(required));
  return new Set([...(first ?? [])].filter((name) => others.every((names) => names.has(name))));
}

/** The member whose text tells forms apart. */
function tagOf(forms: readonly ObjectForm[]): string | null {
  if (forms.length < 2) return null;
  const counts = ['type', 'role'].map((name) => ({
    name,
    forms: forms.filter((form) => tagValues(form, name).length > 0),
  }));
  return counts.find(({ forms: tagged }) => 2 * tagged.length > forms.length)?.name ?? null;
}

function isAnyText(node: Schema | undefined): boolean {
  return node !== undefined && typesOf(node).includes('string') && node.enum === undefined;
}

function tagValues({ properties }: ObjectForm, tag: string): readonly string[] {
  const node = properties[tag];
  const nodes = node === undefined ? [] : [node, ...(node.allOf ?? [])];
  return nodes.flatMap((one) => one.enum ?? [one.const]).filter((value) => typeof value === 'string');
}

function tagsOf(form: ObjectForm, tag: string): readonly string[] {
  const values = tagValues(form, tag);
  return values.length === 0 ? [''] : values;
}
