import { withPrices, findProjectConfig } from '#files';
import { writeFileSync, mkdirSync } from 'node:fs';
mkdirSync('/tmp/work/kp4', { recursive: true });
writeFileSync('/tmp/work/kp4/.llm-batch.json', '{"priceFile":"../kp/loop"}');
console.log(await findProjectConfig('/tmp/work/kp4/x.jsonl'));
writeFileSync('/tmp/work/kp4/.llm-batch.json', '{"priceFile":"a\\u0000b"}');
console.log(await findProjectConfig('/tmp/work/kp4/x.jsonl'));
try { console.log(withPrices({ values: {}, priceFile: '/tmp/work/kp/loop', problems: [] })); } catch (e) { console.log('THROWS', e.code); }
