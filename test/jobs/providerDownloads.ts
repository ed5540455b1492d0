// What every adapter must do with results on their way: all of them on the disk, or what came of them kept.
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { answered, folder, kindOf, never, type ProviderFixture } from './providerFixture.ts';
import { startScripted } from './scriptedServer.ts';

export function testDownloads({ connect, fileId }: ProviderFixture): void {
  test('a download appears in whole; what came of a broken one is kept, and gone on with', async (context) => {
    const here = await folder(context);
    const asked: (string | undefined)[] = [];
    const server = await startScripted(context, ({ headers: { range } }, response) => {
      asked.push(range);
      const type = { 'content-type': 'application/octet-stream' };
      if (range !== undefined) {
        response.writeHead(206, { ...type, 'content-length': '5', 'content-range': 'bytes 5-9/10' });
        return response.end('67890');
      }
      response.writeHead(200, { ...type, 'content-length': '10' });
      response.write('12345');
      breakWhenKept(response, path);
    });
    const path = join(here, 'output-1.jsonl');
    assert.equal(
      kindOf(await (await connect(server.url, null)).download(fileId('o'), path, never)),
      'interrupted',
    );
    assert.deepEqual((await readdir(here)).toSorted(), ['output-1.jsonl.part', 'output-1.jsonl.part.json']);
    // Another process, another day.
    answered(await (await connect(server.url, null)).download(fileId('o'), path, never));
    assert.equal(await readFile(path, 'utf8'), '1234567890');
    assert.deepEqual(asked, [undefined, 'bytes=5-']);
    assert.deepEqual(await readdir(here), ['output-1.jsonl']);
  });

  test('a download is begun anew where the server cannot go on with it', async (context) => {
    const here = await folder(context);
    const path = join(here, 'output-1.jsonl');
    let times = 0;
    const server = await startScripted(context, ({ headers: { range } }, response) => {
      times += 1;
      // There is no byte 5 any more.
      if (range !== undefined) return response.writeHead(416, { 'content-range': 'bytes */3' }).end();
      response.writeHead(200, { 'content-length': times === 1 ? '10' : '3' });
      if (times > 1) return response.end('abc');
      response.write('12345');
      breakWhenKept(response, path);
    });
    const provider = await connect(server.url, null);
    assert.equal(kindOf(await provider.download(fileId('o'), path, never)), 'interrupted');
    answered(await provider.download(fileId('o'), path, never));
    assert.equal(await readFile(path, 'utf8'), 'abc');
    assert.equal(times, 3);
    assert.deepEqual(await readdir(here), ['output-1.jsonl']);
  });

  test('a download that is given up throws, and keeps what came', async (context) => {
    const here = await folder(context);
    const stop = new AbortController();
    const server = await startScripted(context, (_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('12345');
      void whenKept(path).then(() => stop.abort());
    });
    const provider = await connect(server.url, null);
    const path = join(here, 'o.jsonl');
    await assert.rejects(provider.download(fileId('o'), path, stop.signal));
    assert.deepEqual((await readdir(here)).toSorted(), ['o.jsonl.part', 'o.jsonl.part.json']);
  });

  test('an empty file is a file', async (context) => {
    const path = join(await folder(context), 'e.jsonl');
    const server = await startScripted(context, (_, response) => response.writeHead(200).end());
    answered(await (await connect(server.url, null)).download(fileId('e'), path, never));
    assert.equal(await readFile(path, 'utf8'), '');
  });

  test('a disk that refuses is not blamed on the connection', async (context) => {
    const server = await startScripted(context, (_, response) => response.writeHead(200).end('x'));
    const path = join(await folder(context), 'none', 'o.jsonl');
    const answer = await (await connect(server.url, null)).download(fileId('o'), path, never);
    assert.equal(kindOf(answer), 'local');
    assert.match(answer.kind === 'problem' ? answer.problem.message : '', /could not be written: its folder/);
  });
}

/** Once the five bytes that were sent are written: before, they may be lost on the way. */
async function whenKept(path: string): Promise<void> {
  for (let tries = 0; tries < 6_000; tries++) {
    const kept = await stat(`${path}.part`).catch(() => null);
    if (kept?.size === 5) return;
    await sleep(10);
  }
}

function breakWhenKept(response: ServerResponse, path: string): void {
  void whenKept(path).then(() => response.destroy());
}
