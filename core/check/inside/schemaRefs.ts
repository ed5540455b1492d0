// Do references within a schema lead somewhere, and do they lead in a circle?
import { isObject, type JsonObject } from '../../json/members.ts';
import { nodePath, type SchemaNode, walkSchema } from './walkSchema.ts';

export type RefTarget =
  | { readonly kind: 'found'; readonly path: readonly string[] }
  | { readonly kind: 'missing' }
  /** Another document, or a name that only its own keyword gives. */
  | { readonly kind: 'elsewhere' };

export function resolveRef(root: JsonObject, ref: string): RefTarget {
  if (ref === '#') return { kind: 'found', path: [] };
  if (!ref.startsWith('#/')) return { kind: 'elsewhere' };
  const path = ref.slice(2).split('/').map(unescapeStep);
  let value: unknown = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return { kind: 'missing' };
    value = (value as JsonObject)[step];
  }
  return isObject(value) || typeof value === 'boolean' ? { kind: 'found', path } : { kind: 'missing' };
}

/** RFC 6901, as part of a URL. */
function unescapeStep(step: string): string {
  let plain = step;
  if (step.includes('%')) {
    try {
      plain = decodeURIComponent(step);
    } catch {
      // A per cent sign that escapes nothing is itself.
    }
  }
  return plain.replaceAll('~1', '/').replaceAll('~0', '~');
}

interface Ref {
  readonly node: SchemaNode;
  /** As pointers; each ends with a slash, so that what begins with it is in it. */
  readonly from: string;
  readonly to: string;
}

/** A schema with more is not looked through for circles. */
const mostRefs = 500;

/** The first reference that leads back to what it is part of; null: there is none. */
export function findCircle(root: JsonObject): SchemaNode | null {
  const refs: Ref[] = [];
  for (const node of walkSchema(root)) {
    const ref = isObject(node.schema) ? node.schema.$ref : undefined;
    const target = typeof ref === 'string' ? resolveRef(root, ref) : null;
    if (target?.kind !== 'found') continue;
    refs.push({ node, from: pointer(nodePath([], node)), to: pointer(target.path) });
    if (refs.length > mostRefs) return null;
  }
  return refs.find((ref) => leadsBack(ref, refs))?.node ?? null;
}

function leadsBack(start: Ref, refs: readonly Ref[]): boolean {
  const seen = new Set<string>([start.to]);
  const open = [start.to];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (start.from.startsWith(at)) return true;
    for (const { from, to } of refs) {
      if (!from.startsWith(at) || seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return false;
}

function pointer(path: readonly (string | number)[]): string {
  return path.map((step) => `${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}/`).join('');
}
