// Which part of a schema does a `$ref` name? Only parts of the same schema: nothing is fetched.
import { isObject, member } from '../../json/members.ts';

/** @returns undefined when it is not here. */
export function refTarget(root: unknown, ref: string): unknown {
  const id = member(root, '$id');
  const local = typeof id === 'string' && id !== '' && ref.startsWith(id) ? ref.slice(id.length) : ref;
  if (local === '' || local === '#') return root;
  if (!local.startsWith('#/')) return local.startsWith('#') ? anchored(root, local.slice(1)) : undefined;
  let target = root;
  for (const step of local.slice(2).split('/')) {
    const name = unescaped(step);
    target = Array.isArray(target) && /^\d{1,9}$/.test(name) ? target[Number(name)] : member(target, name);
  }
  return target;
}

function unescaped(step: string): string {
  let name = step;
  try {
    name = decodeURIComponent(step);
  } catch {
    // A percent sign that stands for itself.
  }
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Anchors stand among the definitions. */
function anchored(root: unknown, name: string): unknown {
  for (const definitions of [member(root, '$defs'), member(root, 'definitions')]) {
    if (!isObject(definitions)) continue;
    for (const one of Object.values(definitions)) {
      if (member(one, '$anchor') === name || member(one, '$id') === `#${name}`) return one;
    }
  }
  return undefined;
}
