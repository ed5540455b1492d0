// Which part of a schema does a `$ref` name? Only parts of the same schema: nothing is fetched.
import { isObject, member } from '../../json/members.ts';
import type { Judge } from './fit.ts';

/** @param judge pays for definitions that are looked through. @returns undefined when it is not here. */
export function refTarget(root: unknown, ref: string, judge: Pick<Judge, 'spend'>): unknown {
  const id = member(root, '$id');
  const local = typeof id === 'string' && id !== '' && ref.startsWith(id) ? ref.slice(id.length) : ref;
  if (local === '' || local === '#') return root;
  if (!local.startsWith('#/'))
    return local.startsWith('#') ? anchored(root, local.slice(1), judge) : undefined;
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
function anchored(root: unknown, name: string, judge: Pick<Judge, 'spend'>): unknown {
  for (const definitions of [member(root, '$defs'), member(root, 'definitions')]) {
    if (!isObject(definitions)) continue;
    const all = Object.values(definitions);
    judge.spend(all.length / 10);
    for (const one of all) {
      if (member(one, '$anchor') === name || member(one, '$id') === `#${name}`) return one;
    }
  }
  return undefined;
}
