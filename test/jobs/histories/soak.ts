// Lives histories for so many seconds, or the one whose kind and seed are given; see scripts/soak.mjs.
import { historyKinds, liveMany, liveOne } from './manyHistories.ts';

const [asked = '600', seed] = process.argv.slice(2);
const kind = historyKinds.find((one) => one === asked);
const perTurn = 20;

if (kind !== undefined) {
  await liveOne(kind, Number(seed ?? 1), Number.POSITIVE_INFINITY);
  console.log(`${kind} ${seed}: one batch for each part, and every row`);
} else {
  const untilMs = performance.now() + Number(asked) * 1000;
  let next = Number(seed ?? Date.now() % 1_000_000_000);
  for (let lived = 0; performance.now() < untilMs; next += perTurn) {
    for (const one of historyKinds) await liveMany(one, next, perTurn);
    lived += perTurn * historyKinds.length;
    console.log(`${lived} histories, the last of seed ${next + perTurn - 1}`);
  }
}
