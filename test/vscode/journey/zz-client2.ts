import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished, job, part, remote, rows } from '../../client/jobFixture.ts';
import { realTexts, requestsFrom } from '../../mainJob/realText.ts';
import { Workbench } from './zz-client-driver.ts';

const sim = spawn(
  process.execPath,
  ['/work/main/dist/cli.js', 'simulate', '--latency', '25s', '--faults', 'fail=3%'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const [url] = await once(createInterface(sim.stdout), 'line');
console.log(url);
const big = requestsFrom(realTexts(3000)).join('\n') + '\n';
const w = await Workbench.open({
  files: { 'packages.jsonl': big },
  settings: {
    'llmBatch.profile': 'openai',
    'llmBatch.openai.baseUrl': url,
    'llmBatch.poll.minSeconds': 1,
    'llmBatch.poll.maxSeconds': 2,
  },
});
w.page.on('console', (m) => {
  if (m.type() === 'error') console.log('console:', m.text().slice(0, 300));
});
const iso = (min) => new Date(Date.now() - min * 60000).toISOString();
const keep = (j) => {
  mkdirSync(`${w.home}/jobs/${j.id}`, { recursive: true });
  writeFileSync(`${w.home}/jobs/${j.id}/job.json`, JSON.stringify(j));
};
try {
  keep({
    ...finished(rows(), {
      id: '20261121-090000-aaaa',
      name: 'contracts.jsonl',
      file: '/data/contracts.jsonl',
    }),
    createdAt: iso(400),
    updatedAt: iso(60),
  });
  keep({
    ...finished(rows({ succeeded: 4774, failed: 38 }), {
      id: '20261121-090000-bbbb',
      name: 'tickets.jsonl',
      file: '/data/tickets.jsonl',
    }),
    createdAt: iso(500),
    updatedAt: iso(95),
  });
  writeFileSync(
    `${w.home}/jobs/20261121-090000-bbbb/merge.json`,
    JSON.stringify({
      errors: [
        {
          status: 'failed',
          code: 'rate_limit_exceeded',
          count: 29,
          example: { custom_id: 'x', line: 3, message: 'Rate limit reached for gpt-6-luna.' },
        },
        {
          status: 'failed',
          code: 'context_length_exceeded',
          count: 9,
          example: { custom_id: 'x', line: 3, message: 'This request has 412,003 tokens.' },
        },
      ],
    }),
  );
  keep({
    ...finished(rows(), { id: '20261120-090000-cccc', name: 'summaries.jsonl', file: '/data/s.jsonl' }),
    createdAt: iso(2000),
    updatedAt: iso(1500),
  });
  keep({
    ...finished(rows(), { id: '20261118-090000-dddd', name: 'old.jsonl', file: '/data/o.jsonl' }),
    createdAt: iso(9000),
    updatedAt: iso(8000),
  });
  keep({
    ...job({
      id: '20261121-080000-eeee',
      name: 'refused.jsonl',
      file: `${w.folder}/reviews-with-errors.jsonl`,
      state: 'failed',
      message: 'refused',
      parts: [
        part({
          remote: remote({
            status: 'failed',
            counts: null,
            errors: [
              { code: 'invalid_json_line', message: 'This line is not parseable as valid JSON.', line: 4 },
              { code: 'duplicate_custom_id', message: 'The custom_id is there twice.', line: 2 },
            ],
          }),
        }),
      ],
    }),
    createdAt: iso(30),
    updatedAt: iso(29),
  });
  mkdirSync(`${w.home}/jobs/20261121-080000-ffff`, { recursive: true });
  writeFileSync(`${w.home}/jobs/20261121-080000-ffff/job.json`, '{"version":1,');
  await w.openFile('packages.jsonl');
  await w.page.locator('.part.activitybar [aria-label^="LLM Batch"]').first().click();
  await w.page.waitForTimeout(2500);
  await w.screenshot('d1-states');
  await w.page.locator('.part.editor .tab').first().click();
  await w.runCommand('LLM Batch: Submit');
  await w.page.locator('.monaco-dialog-box').waitFor();
  await w.screenshot('d2-plan');
  await w.pressInDialog('Details');
  await w.page.waitForTimeout(3000);
  await w.screenshot('d3-details');
  await w.pressInNotification('Submit packages', 'Submit');
  await w.page.waitForTimeout(2500);
  await w.screenshot('d4-submitted');
  await w.page.keyboard.press('Escape');
  await w.page.waitForTimeout(8000);
  await w.theme('light');
  await w.page.waitForTimeout(800);
  await w.row('packages.jsonl').hover();
  await w.page.waitForTimeout(1500);
  await w.screenshot('d5-busy-light');
  await w.waitFor('notifications', 'finished', 60000);
  await w.page.waitForTimeout(1000);
  await w.screenshot('d6-finished-light');
  await w.pressInNotification('finished', 'Retry');
  await w.page.locator('.monaco-dialog-box').waitFor();
  await w.screenshot('d7-retry');
  await w.pressInDialog('Retry');
  await w.page.waitForTimeout(6000);
  await w.theme('high contrast');
  await w.page.waitForTimeout(800);
  await w.screenshot('d8-retrying-hc');
  await w.waitFor('notifications', 'finished', 60000);
  await w.pressInNotification('finished', 'Open results');
  await w.page.waitForTimeout(2000);
  await w.theme('dark');
  await w.page.waitForTimeout(800);
  await w.screenshot('d9-results');
} catch (e) {
  console.log(e);
  await w.screenshot('error');
} finally {
  for (const f of globSync('/tmp/llm-batch-journey-*/data/data/logs/**/*LLM Batch.log'))
    console.log(f, '\n', readFileSync(f, 'utf8').slice(0, 6000));
  await w.dispose();
  sim.kill();
}
