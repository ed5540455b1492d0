import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { chatLines, Workplace } from './command.ts';

interface Section {
  readonly status: string;
  readonly message: string;
  readonly next: string | null;
  readonly [fact: string]: unknown;
}
type Report = { readonly [section: string]: Section } & { readonly ready: boolean };

let place: Workplace;
let simulator: string;
const servers: Server[] = [];
before(async () => {
  place = await Workplace.create();
  simulator = (await place.simulate()).url;
});
after(async () => {
  for (const server of servers) server.close();
  await place.dispose();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function doctor(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly report: Report }> {
  const { code, stdout } = await place.run(['doctor', '--format', 'json', ...args], { env });
  return { code, report: JSON.parse(stdout) as Report };
}

const key = 'sk-proj-verysecretverysecret4f2a';

test('ready: the simulator answers, no key is needed', async () => {
  const { code, report } = await doctor(['--base-url', simulator]);
  assert.deepEqual([code, report.ready], [0, true]);
  const { provider, key: keySection, clock, state, proxy } = report;
  assert.deepEqual(
    [
      provider?.status,
      provider?.base_url,
      provider?.base_url_from,
      provider?.reachable,
      provider?.http_status,
    ],
    ['ok', simulator, '--base-url', true, 200],
  );
  assert.deepEqual([keySection?.status, keySection?.present, keySection?.needed], ['none', false, false]);
  assert.deepEqual([clock?.status, Math.abs(Number(clock?.ahead_seconds)) <= 5], ['ok', true]);
  assert.deepEqual([state?.status, state?.folder, state?.folder_from], ['ok', place.home, 'LLM_BATCH_HOME']);
  assert.equal(proxy?.status, 'none');
  const text = await place.run(['doctor'], { env: { OPENAI_BASE_URL: simulator, OPENAI_API_KEY: key } });
  assert.equal(text.code, 0);
  assert.match(text.stdout, /^key +ok +from OPENAI_API_KEY, accepted$/m);
  assert.match(text.stdout, /\n\nReady to submit\.\n$/);
  assert.ok(!text.stdout.includes('secret') && !text.stdout.includes('4f2a'), 'the key is shown');
});

test('no key for an address that needs one; a key that no header can hold', async () => {
  // A name that is looked up nowhere.
  const away = ['--base-url', 'http://provider.invalid/v1'];
  const none = await doctor(away);
  assert.deepEqual([none.code, none.report.ready, none.report.key?.status], [1, false, 'missing']);
  assert.match(none.report.key?.next ?? '', /OPENAI_API_KEY/);
  assert.deepEqual([none.report.provider?.status, none.report.provider?.reachable], ['problem', false]);
  const quoted = await doctor(['--base-url', simulator], { OPENAI_API_KEY: `"${key}"` });
  assert.deepEqual([quoted.code, quoted.report.key?.status], [1, 'problem']);
  assert.ok(!JSON.stringify(quoted.report).includes('secret'));
});

test('a closed port, an address that is none, a profile that is none', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const closed = await doctor(['--base-url', `http://127.0.0.1:${port}/v1`]);
  assert.deepEqual([closed.code, closed.report.provider?.reachable], [1, false]);
  assert.match(closed.report.provider?.message ?? '', /nothing listens there/);
  assert.equal(closed.report.clock?.status, 'none');
  const nowhere = await doctor(['--base-url', 'here']);
  assert.deepEqual([nowhere.code, nowhere.report.provider?.status], [1, 'problem']);
  const profile = await doctor(['--profile', 'other']);
  assert.match(profile.report.provider?.message ?? '', /There is no profile/);
  const idle = await doctor(['--profile', 'simulator']);
  assert.match(idle.report.provider?.message ?? '', /No simulator is running/);
});

test('what the provider answers: 401, 403, 404, 500, another kind of server, another time', async () => {
  let seen: string | undefined;
  const status = { now: 401 };
  const url = await serve((request, response) => {
    seen = `${request.method} ${request.url} ${request.headers.authorization}`;
    response.writeHead(status.now, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
  });
  const env = { OPENAI_API_KEY: key };
  const refused = await doctor(['--base-url', url], env);
  assert.equal(seen, `GET /v1/batches?limit=1 Bearer ${key}`);
  assert.deepEqual(
    [refused.code, refused.report.key?.status, refused.report.key?.accepted],
    [1, 'problem', false],
  );
  assert.deepEqual([refused.report.provider?.status, refused.report.provider?.http_status], ['ok', 401]);
  const keyless = await doctor(['--base-url', url]);
  assert.deepEqual([keyless.code, keyless.report.key?.status], [1, 'missing']);
  for (const [answer, section, said] of [
    [403, 'key', /may not use batches/],
    [404, 'provider', /no batches at this address/],
    [500, 'provider', /in trouble/],
    [200, 'provider', /not with batches/],
  ] as const) {
    status.now = answer;
    const { code, report } = await doctor(['--base-url', url], env);
    assert.deepEqual([code, report[section]?.status], [1, 'problem'], String(answer));
    assert.match(report[section]?.message ?? '', said);
  }
  const late = await serve((_, response) => {
    response.writeHead(200, { date: new Date(Date.now() - 3_600_000).toUTCString() }).end('{"data":[]}');
  });
  const { code, report } = await doctor(['--base-url', late]);
  assert.deepEqual([code, report.clock?.status], [1, 'problem']);
  assert.match(report.clock?.message ?? '', /^This computer's clock is 1 h.* ahead of the provider's\.$/);
});

test('proxy and certificates: named, and what is wrong with them', async () => {
  const args = ['--base-url', simulator];
  const proxied = await doctor(args, { HTTPS_PROXY: 'http://me:hidden@proxy.invalid:3128', NO_PROXY: 'a.b' });
  // To this computer calls go straight.
  assert.equal(proxied.report.provider?.status, 'ok');
  assert.deepEqual(proxied.report.proxy?.variables, ['HTTPS_PROXY', 'NO_PROXY']);
  assert.ok(!JSON.stringify(proxied.report).includes('hidden'));
  const broken = await doctor(args, { HTTPS_PROXY: 'nonsense' });
  assert.deepEqual([broken.code, broken.report.proxy?.status], [1, 'problem']);
  const submit = await place.run(['jobs'], { env: { HTTPS_PROXY: 'nonsense' } });
  assert.equal(submit.code, 2);
  assert.match(submit.stderr, /^llm-batch: The proxy that HTTPS_PROXY or HTTP_PROXY names is no URL/);
  await writeFile(place.path('no.pem'), 'x');
  for (const file of ['no.pem', 'nowhere.pem']) {
    const { code, report } = await doctor(args, { NODE_EXTRA_CA_CERTS: place.path(file) });
    assert.deepEqual([code, report.certificates?.status], [1, 'problem'], file);
  }
  const open = await doctor(args, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  assert.equal(open.report.certificates?.status, 'problem');
});

test('the folder of the jobs: counts, records that cannot be read, leftovers, a place that is none', async () => {
  const env = { LLM_BATCH_HOME: place.path('kept'), OPENAI_BASE_URL: simulator };
  const empty = await doctor([], env);
  assert.deepEqual([empty.code, empty.report.state?.jobs, empty.report.state?.writable], [0, 0, true]);
  await writeFile(place.path('a.jsonl'), chatLines(2));
  assert.equal((await place.run(['submit', 'a.jsonl', '--yes'], { env })).code, 0);
  await mkdir(place.path('kept/jobs/left'));
  await writeFile(place.path('kept/jobs/left/requests.jsonl'), '');
  const one = await doctor([], env);
  assert.deepEqual([one.code, one.report.state?.jobs, one.report.state?.open_jobs], [0, 1, 1]);
  assert.deepEqual(one.report.state?.leftovers, [place.path('kept/jobs/left')]);
  await writeFile(place.path('kept/jobs/left/job.json'), '{');
  const broken = await doctor([], env);
  assert.deepEqual([broken.code, broken.report.state?.status], [1, 'problem']);
  assert.deepEqual(broken.report.state?.unreadable, [place.path('kept/jobs/left/job.json')]);
  await writeFile(place.path('file'), '');
  const file = await doctor([], { ...env, LLM_BATCH_HOME: place.path('file') });
  assert.deepEqual([file.code, file.report.state?.writable], [1, false]);
});

test('.llm-batch.json: what has no effect is named; the simulator: running, or not any more', async () => {
  const args = ['--base-url', simulator];
  for (const [text, status, said] of [
    ['{"severity":{"line.blank":"off"}}', 'ok', /changes 1 severity$/],
    [
      '{"severity":{"line.blnk":"off","id.type":"bad"}}',
      'problem',
      /"line\.blnk", "id\.type": "bad" has no effect/,
    ],
    ['{', 'problem', /is not JSON/],
  ] as const) {
    await writeFile(place.path('.llm-batch.json'), text);
    const { code, report } = await doctor(args);
    assert.deepEqual([code, report.project?.status], [status === 'ok' ? 0 : 1, status]);
    assert.match(report.project?.message ?? '', said);
  }
  await writeFile(place.path('.llm-batch.json'), '{}');
  const { url, child } = await place.simulate(['--register']);
  const running = await doctor(['--profile', 'simulator']);
  assert.deepEqual(
    [running.code, running.report.simulator?.url, running.report.simulator?.running],
    [0, url, true],
  );
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const gone = await doctor(args);
  assert.deepEqual(
    [gone.code, gone.report.simulator?.status, gone.report.simulator?.running],
    [0, 'none', false],
  );
});

test('every provider, and a profile of settings.json: which key, at which address, asked as its adapter asks', async () => {
  const root = simulator.replace(/\/v1$/, '');
  const keys = { ANTHROPIC_API_KEY: key, GEMINI_API_KEY: key, AZURE_OPENAI_API_KEY: key, TEAM_KEY: key };
  const urls = { ANTHROPIC_BASE_URL: root, GOOGLE_GEMINI_BASE_URL: root, AZURE_OPENAI_ENDPOINT: root };
  const mine = { baseUrl: simulator, keyVariable: 'TEAM_KEY', headers: { 'x-team': 'a' } };
  const settings = { profiles: { mine, wrong: { baseUrl: 'x', apiKey: key } } };
  await mkdir(place.home, { recursive: true });
  await writeFile(`${place.home}/settings.json`, JSON.stringify(settings));
  const expected = [
    [['--provider', 'azure'], 'AZURE_OPENAI_API_KEY', `${root}/openai/v1`, 'AZURE_OPENAI_ENDPOINT'],
    [['--profile', 'gemini'], 'GEMINI_API_KEY', root, 'GOOGLE_GEMINI_BASE_URL'],
    [['--profile', 'mine'], 'TEAM_KEY', simulator, 'profile'],
    // The first that is set.
    [[], 'ANTHROPIC_API_KEY', root, 'ANTHROPIC_BASE_URL'],
  ] as const;
  for (const [args, variable, baseUrl, from] of expected) {
    const { report } = await doctor(args, { ...keys, ...urls });
    const { key: asked, provider } = report;
    assert.deepEqual(
      [asked?.variable, asked?.accepted, asked?.status],
      [variable, true, 'ok'],
      args.join(' '),
    );
    assert.deepEqual([provider?.base_url, provider?.base_url_from, provider?.status], [baseUrl, from, 'ok']);
    assert.equal(report.settings?.status, 'problem');
    assert.match(report.settings?.message ?? '', /"wrong" has no effect: keys do not belong in settings/);
    assert.deepEqual(report.settings?.profiles, [
      {
        name: 'mine',
        provider: 'openai-compatible',
        base_url: simulator,
        variable: 'TEAM_KEY',
        present: true,
      },
    ]);
    assert.ok(!JSON.stringify(report).includes('secret'));
  }
  const none = await doctor(['--provider', 'azure']);
  assert.match(none.report.provider?.message ?? '', /no address for Azure OpenAI; set AZURE_OPENAI_ENDPOINT/);
  const unknown = await doctor(['--profile', 'nobody']);
  assert.match(unknown.report.provider?.message ?? '', /no profile "nobody"/);
});
