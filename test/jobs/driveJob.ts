// A process that drives a job to a given moment, says so, and then only waits to be killed.
import { merge } from '#files';
import { accountOf, JobRunner, JobStore, providerFor } from '#jobs';

const [home = '', id = '', url = '', moment = ''] = process.argv.slice(2);
const account = accountOf('openai', url, null);
const store = new JobStore(home);
const forever = new Promise<never>(() => {
  setInterval(() => undefined, 1_000);
});

/** Says that it is there, and never goes on. */
function stay(): Promise<never> {
  process.stdout.write('there\n');
  return forever;
}

const runner = new JobRunner({
  store,
  provider: providerFor,
  accountFor: () => Promise.resolve(account),
  merge,
  now: Date.now,
  random: Math.random,
  sleep: stay,
});
const write = store.write.bind(store);
store.write = async (job) => {
  await write(job);
  if (moment === 'between upload and create' && job.parts[0]?.inputFileId != null) await stay();
};
await runner.follow(id, { signal: new AbortController().signal, until: 'end' });
