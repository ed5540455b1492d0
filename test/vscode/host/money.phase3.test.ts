// Prices of a file and counts of the provider, by the editor's commands: shown first, used only when a person says so.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { test, until } from './testing.ts';
import { answering, document, folder, hoverAt, lensesOf, picking } from './workspace.ts';

const priceFile = (): string => vscode.workspace.getConfiguration('llmBatch').get<string>('priceFile', '');

function litellm(name: string, usdPerToken: number): string {
  const path = join(folder(), name);
  const entry = {
    litellm_provider: 'openai',
    mode: 'chat',
    input_cost_per_token: usdPerToken,
    output_cost_per_token: usdPerToken,
  };
  writeFileSync(path, JSON.stringify({ 'gpt-6-luna': entry, 'our-own-model': entry }));
  return path;
}

async function importFrom(path: string, buttons: readonly string[]): Promise<readonly string[]> {
  let said: readonly string[] = [];
  await picking({ file: path }, async () => {
    said = await answering(buttons, () => vscode.commands.executeCommand('llmBatch.importPrices'));
  });
  return said;
}

async function cardOfLuna(): Promise<string> {
  const reviews = await document('reviews.jsonl');
  return hoverAt(reviews, reviews.lineAt(0).text.indexOf('gpt-6-luna') + 1);
}

test('prices of a file are shown first, and change nothing before a person agrees', async () => {
  await vscode.window.showTextDocument(await document('reviews.jsonl'));
  const said = await importFrom(litellm('prices.json', 7e-6), []);
  assert.match(
    said.join('\n'),
    /prices\.json \(LiteLLM\) prices 2 models\. Of the prices that ship, 1 model would change and 0 models are the same; 1 model would be new\./,
  );
  assert.equal(priceFile(), '');
  assert.doesNotMatch(await cardOfLuna(), /your file of prices/);
  await until('the comparison', () => {
    const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: open }) => open.map(({ label }) => label));
    assert.match(tabs.join('\n'), /prices\.json\.prices\.md/);
    return true;
  });
});

test('prices of a file are used once a person agrees, and the list again when asked', async () => {
  const path = litellm('prices.json', 7e-6);
  const said = await importFrom(path, ['Use these prices']);
  assert.equal(said.at(-1), 'Estimates go by prices.json from now on.');
  assert.equal(priceFile(), path);
  const card = await until('the price of the file', async () => {
    const text = await cardOfLuna();
    return text.includes('your file of prices') ? text : undefined;
  });
  assert.match(card, /\| input \| \$3\.50? \| \$7(\.00)? \|/, 'half of it in a batch');
  const reviews = await document('reviews.jsonl');
  await until('the lens says whose prices these are', async () =>
    (await lensesOf(reviews)).some(({ command }) => command?.title.includes('prices of your file')),
  );
  await picking({ label: /Go back to the prices that ship/ }, () =>
    vscode.commands.executeCommand('llmBatch.importPrices'),
  );
  assert.equal(priceFile(), '');
  await until('the price of the list', async () => !(await cardOfLuna()).includes('your file of prices'));
});

test('a file that prices nothing is said to be one, and changes nothing', async () => {
  const path = join(folder(), 'no-prices.json');
  writeFileSync(path, '{"a":');
  assert.match(
    (await importFrom(path, ['Use these prices'])).join('\n'),
    /is not JSON, so it prices nothing/,
  );
  assert.equal(priceFile(), '');
});

test('tokens of an Anthropic file are counted at the provider, and estimates go by them', async () => {
  const tickets = await document('tickets.jsonl');
  await vscode.window.showTextDocument(tickets);
  const details: string[] = [];
  let said: readonly string[] = [];
  await picking({ label: /^Count 10$/, details }, async () => {
    said = await answering([], () => vscode.commands.executeCommand('llmBatch.countTokens', tickets.uri));
  });
  assert.match(details.join('\n'), /10 of 10 requests go to .* to be counted, with all that is in them/);
  assert.match(
    said.join('\n'),
    /^claude-haiku-5-5: 10 requests are [\d,]+ tokens at the simulator, [\d,]+ by our estimate: times [\d.]+, within/,
  );
  const learned = join(process.env.LLM_BATCH_HOME ?? '', 'calibration.json');
  // What the simulator answers teaches nothing of Anthropic.
  if (existsSync(learned)) assert.doesNotMatch(readFileSync(learned, 'utf8'), /claude-haiku-5-5/);
});

test('whoever picks no number has nothing counted', async () => {
  const reviews = await document('reviews.jsonl');
  let said: readonly string[] = [];
  await picking({}, async () => {
    said = await answering([], () => vscode.commands.executeCommand('llmBatch.countTokens', reviews.uri));
  });
  assert.deepEqual(said, []);
});

test('a Gemini file without a model is not sent to be counted, and says why', async () => {
  const plants = await document('plants.jsonl');
  let said: readonly string[] = [];
  await picking({ label: /^Count 12$/ }, async () => {
    said = await answering([], () => vscode.commands.executeCommand('llmBatch.countTokens', plants.uri));
  });
  assert.match(said.join('\n'), /12 requests not sent, for requests without a model\./);
});
