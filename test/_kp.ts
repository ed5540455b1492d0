import { configurationOf, placesOf } from '#core';
import { findProjectConfig, LearnedFile, withPrices } from '#files';
import { readSettings } from '../server/settings.ts';
const learned = new LearnedFile('/tmp/work/kp/none');
const places = placesOf({});
const rest = ({ severity: _, priceFile, ...others }: any): string => JSON.stringify(others);
const same = (a: any, b: any) => a === b || (a.priceFile?.overridesJson === b.priceFile?.overridesJson && rest(a) === rest(b));
const settings = (json: unknown) => readSettings(json);
for (const [name, path, set] of [
  ['no config', '/tmp/work/kp/a/b/c/x.jsonl', {}],
  ['settings priceFile', '/tmp/work/kp/a/b/c/x.jsonl', { priceFile: '/tmp/work/kp2/prices.json' }],
  ['project priceFile', '/tmp/work/kp2/a/x.jsonl', {}],
  ['project inline 3000', '/tmp/work/kp3/a/x.jsonl', {}],
  ['settings inline 3000', '/tmp/work/kp/a/b/c/x.jsonl', JSON.parse((await import('node:fs')).readFileSync('/tmp/work/kp3/.llm-batch.json', 'utf8'))],
] as const) {
  const { config } = settings(set);
  let last: any = null; const t: number[] = [], u: number[] = [];
  for (let i = 0; i < 60; i++) {
    const s = performance.now();
    const project = await findProjectConfig(path);
    const l = await learned.at(places, Date.now());
    const { values } = withPrices(config);
    const c = configurationOf(values, project?.values ?? {}, { learned: l });
    const m = performance.now();
    if (last !== null && !same(c, last)) console.log('differs');
    last = c;
    t.push(m - s); u.push(performance.now() - m);
  }
  const q = (x: number[]) => x.sort((a, b) => a - b)[30]!.toFixed(3);
  console.log(name, 'config', q(t), 'ms; compare', q(u), 'ms');
}
