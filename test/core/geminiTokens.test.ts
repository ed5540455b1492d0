// What Gemini requests are estimated at: texts, tools, images by generation, sound and video by their length, pages.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { type Counters, createTokenCounter, estimateRequest, type LineEstimate, tokenizerOf } from '#core';
import { tiled } from '../../core/tokens/geminiMedia.ts';
import { mp4Seconds, pdfPages, wavSeconds } from '../../core/tokens/mediaLength.ts';
import { checkingAs } from '../checking.ts';

const counter = createTokenCounter(o200k);
const counters: Counters = () => counter;
const ratioOf = (model: string): number => tokenizerOf(model, 'gemini').ratio;
const ratio = ratioOf('gemini-3.5-flash');

function estimate(request: object, model = 'gemini-3.5-flash'): LineEstimate {
  return estimateRequest({ key: 'k', request }, counters, checkingAs('gemini', { model }));
}

const ask = (parts: readonly object[], more: object = {}, model?: string): LineEstimate =>
  estimate({ contents: [{ role: 'user', parts }], ...more }, model);

const blob = (mimeType: string, bytes: Uint8Array, more: object = {}): object => ({
  inlineData: { mimeType, data: Buffer.from(bytes).toString('base64') },
  ...more,
});

describe('texts', () => {
  const text = 'Summarise the minutes of the meeting in three sentences.';

  test('are estimated, for no tokenizer of Gemini is public', () => {
    const { inputTokens, inputMethod, inputErrorPercent } = ask([{ text }]);
    assert.equal(inputTokens, Math.round(counter.count(text) * ratio));
    assert.equal(inputMethod, 'estimated');
    assert.ok(inputErrorPercent !== null && inputErrorPercent >= 20);
  });

  test('count alike in snake_case, instructions among them', () => {
    const camel = ask([{ text }], { systemInstruction: { parts: [{ text }] } }).inputTokens;
    const snake = ask([{ text }], { system_instruction: { parts: { text } } }).inputTokens;
    assert.equal(camel, Math.round(2 * counter.count(text) * ratio));
    assert.equal(snake, camel);
  });

  test('of several turns are framed, and calls of functions count', () => {
    const turns = estimate({ contents: [1, 2, 3].map(() => ({ parts: [{ text }] })) }).inputTokens ?? 0;
    assert.equal(turns, Math.round(3 * counter.count(text) * ratio + 3));
    const call = { functionCall: { name: 'weather', args: { city: 'Oslo' } } };
    assert.ok((ask([{ text }, call]).inputTokens ?? 0) > (ask([{ text }]).inputTokens ?? 0) + 4);
  });

  test('tools and schemas make it more, and less certain', () => {
    const plain = ask([{ text }]);
    const parameters = {
      type: 'OBJECT',
      properties: { city: { type: 'STRING', description: 'The name of a city.' } },
    };
    const withTool = ask([{ text }], {
      tools: [{ functionDeclarations: [{ name: 'weather', parameters }] }],
    });
    const withSchema = ask([{ text }], { generationConfig: { responseSchema: parameters } });
    for (const more of [withTool, withSchema]) {
      assert.ok((more.inputTokens ?? 0) > (plain.inputTokens ?? 0) + 10);
      assert.ok((more.inputErrorPercent ?? 0) > (plain.inputErrorPercent ?? 0));
    }
  });

  test('what is elsewhere makes the whole unknown', () => {
    const elsewhere: readonly LineEstimate[] = [
      ask([{ fileData: { fileUri: 'https://example.com/v1beta/files/a' } }]),
      ask([{ text }], { cachedContent: 'cachedContents/a' }),
      ask([{ text }], { tools: [{ urlContext: {} }] }),
      ask([{ text }], { tools: [{ code_execution: {} }] }),
      ask([blob('audio/mp3', new Uint8Array(1000))]),
      ask([blob('application/pdf', new Uint8Array(1000))]),
      ask([blob('application/zip', new Uint8Array(1000))]),
    ];
    for (const { inputTokens, inputMethod, batchUsd } of elsewhere) {
      assert.deepEqual([inputTokens, inputMethod, batchUsd.input], [null, 'unknown', null]);
    }
  });
});

describe('the bound on output', () => {
  test('is maxOutputTokens times candidateCount', () => {
    const bound = (generationConfig: object): number | null =>
      ask([{ text: 'x' }], { generationConfig }).outputMaxTokens;
    assert.equal(bound({ maxOutputTokens: 100 }), 100);
    assert.equal(bound({ max_output_tokens: '100', candidate_count: 4 }), 400);
    assert.equal(bound({ candidateCount: 4 }), null);
    assert.equal(bound({ maxOutputTokens: -5 }), null);
    assert.equal(ask([{ text: 'x' }]).outputMaxTokens, null);
  });
});

describe('embeddings', () => {
  test('are their texts, and have no output', () => {
    const content = { parts: [{ text: 'The food was delicious.' }] };
    const { inputTokens, inputMethod, outputMaxTokens, batchUsd } = estimate(
      { content },
      'gemini-embedding-001',
    );
    assert.equal(
      inputTokens,
      Math.round(counter.count('The food was delicious.') * ratioOf('gemini-embedding-001')),
    );
    assert.deepEqual([inputMethod, outputMaxTokens, batchUsd.outputMax], ['estimated', 0, 0]);
    const embedding = estimate(
      { content, embed_content_config: { task_type: 'CLUSTERING' } },
      'gemini-embedding-001',
    );
    assert.equal(embedding.inputTokens, inputTokens);
  });

  test('of images are not known', () => {
    const content = { parts: [blob('image/png', png(100, 100))] };
    assert.equal(estimate({ content }, 'gemini-embedding-2').inputTokens, null);
  });
});

function png(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(33);
  bytes.set(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  bytes.set([0, 0, 0, 13, ...Buffer.from('IHDR')], 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

describe('images', () => {
  const image = (model: string, more: object = {}, config: object = {}): number | null =>
    ask([blob('image/png', png(1000, 700), more)], { generationConfig: config }, model).inputTokens;

  test('from Gemini 3 on have a budget by resolution', () => {
    assert.equal(image('gemini-3.5-flash'), 1120);
    assert.equal(image('gemini-4-argon'), 1120);
    assert.equal(image('gemini-3.5-flash', {}, { mediaResolution: 'MEDIA_RESOLUTION_LOW' }), 280);
    const part = { mediaResolution: { level: 'MEDIA_RESOLUTION_MEDIUM' } };
    assert.equal(image('gemini-3.5-flash', part, { mediaResolution: 'MEDIA_RESOLUTION_LOW' }), 560);
    assert.equal(
      image('gemini-3.5-flash', { media_resolution: { level: 'MEDIA_RESOLUTION_ULTRA_HIGH' } }),
      2240,
    );
    assert.equal(image('gemini-3.5-flash', { mediaResolution: { numTokens: 99 } }), 99);
  });

  test('before it are 258 tokens, or so many for each tile', () => {
    assert.equal(image('gemini-2.5-flash'), 2 * 258);
    assert.equal(image('gemini-2.5-flash', {}, { mediaResolution: 'MEDIA_RESOLUTION_LOW' }), 64);
    assert.equal(tiled({ width: 384, height: 384 }).tokens, 258);
    assert.equal(tiled({ width: 385, height: 10 }).tokens, 258);
    assert.equal(tiled({ width: 1537, height: 769 }).tokens, 6 * 258);
  });

  test('where two pages of the provider differ, the error says by how much', () => {
    assert.deepEqual(tiled({ width: 960, height: 540 }), { tokens: 516, errorPercent: 100 });
    assert.deepEqual(tiled({ width: 3000, height: 3000 }), { tokens: 16 * 258, errorPercent: 10 });
    assert.equal(tiled(null).errorPercent, 100);
  });

  test('of a model whose generation its name does not say are as of the latest, with an error to match', () => {
    const { inputTokens, inputErrorPercent } = ask([blob('image/png', png(1, 1))], {}, 'nano-banana-pro');
    assert.deepEqual([inputTokens, inputErrorPercent], [1120, 100]);
  });
});

/** 16 bits, one channel, 8,000 a second. */
function wav(seconds: number): Uint8Array {
  const dataBytes = seconds * 16_000;
  const bytes = Buffer.alloc(44 + dataBytes);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + dataBytes, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt32LE(16_000, 28);
  bytes.write('data', 36);
  bytes.writeUInt32LE(dataBytes, 40);
  return bytes;
}

function box(name: string, ...content: readonly Uint8Array[]): Buffer {
  const inside = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + inside.length, 0);
  head.write(name, 4);
  return Buffer.concat([head, inside]);
}

/** With its header at the end, as cameras write it. */
function mp4(seconds: number, isLong = false): Uint8Array {
  const header = Buffer.alloc(isLong ? 112 : 100);
  if (isLong) {
    header[0] = 1;
    header.writeUInt32BE(1000, 20);
    header.writeBigUInt64BE(BigInt(seconds * 1000), 24);
  } else {
    header.writeUInt32BE(1000, 12);
    header.writeUInt32BE(seconds * 1000, 16);
  }
  const media = box('mdat', Buffer.alloc(10_001));
  return Buffer.concat([box('ftyp', Buffer.from('isom')), media, box('moov', box('mvhd', header))]);
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('sound and video', () => {
  test('their length is read from their headers, wherever those stand', () => {
    assert.equal(wavSeconds(base64(wav(3))), 3);
    assert.equal(mp4Seconds(base64(mp4(12))), 12);
    assert.equal(mp4Seconds(base64(mp4(12, true))), 12);
    for (const nothing of ['', 'AAAA', base64(Buffer.from('RIFF....WAVE')), base64(Buffer.alloc(5000))]) {
      assert.deepEqual([wavSeconds(nothing), mp4Seconds(nothing)], [null, null]);
    }
  });

  test('a length that lies is no longer than the file', () => {
    const bytes = Buffer.from(wav(2));
    bytes.writeUInt32LE(0xffffffff, 40);
    assert.equal(wavSeconds(base64(bytes)), 2);
  });

  test('a second of sound is 25 tokens, before Gemini 3 it was 32', () => {
    assert.equal(ask([blob('audio/wav', wav(4))]).inputTokens, 100);
    assert.equal(ask([blob('audio/wav', wav(4))], {}, 'gemini-2.5-flash').inputTokens, 128);
  });

  test('a second of video is 263 tokens before Gemini 3, then by frames and resolution', () => {
    const video = (model: string, config: object = {}, metadata?: object): number | null =>
      ask(
        [blob('video/mp4', mp4(10), metadata && { videoMetadata: metadata })],
        { generationConfig: config },
        model,
      ).inputTokens;
    assert.equal(video('gemini-2.5-flash'), 2630);
    assert.equal(video('gemini-3.5-flash'), 950);
    assert.equal(video('gemini-3.5-flash', { mediaResolution: 'MEDIA_RESOLUTION_HIGH' }), 3050);
    assert.equal(video('gemini-3.5-flash', {}, { startOffset: '2s', endOffset: '4s' }), 190);
    assert.equal(video('gemini-3.5-flash', {}, { fps: 2 }), 1650);
    assert.equal(video('gemini-3.5-flash', {}, { endOffset: '900s' }), 950);
  });
});

describe('documents', () => {
  const pdf = (pages: number, before = ''): Uint8Array =>
    Buffer.from(
      `%PDF-1.7\n${before}2 0 obj << /Type /Pages /Kids [3 0 R] /Count ${pages} >> endobj`,
      'latin1',
    );

  test('their pages are counted where the list of them is not compressed', () => {
    assert.equal(pdfPages(base64(pdf(12))), 12);
    assert.equal(pdfPages(base64(pdf(7, ' '.repeat(2_000_000)))), 7);
    assert.equal(pdfPages(base64(Buffer.from('%PDF-1.7 nothing'))), null);
    assert.equal(pdfPages(base64(Buffer.from('/Pages /Count 5'))), null);
  });

  test('a page is 560 tokens, before Gemini 3 it was 258', () => {
    assert.equal(ask([blob('application/pdf', pdf(3))]).inputTokens, 1680);
    assert.equal(ask([blob('application/pdf', pdf(3))], {}, 'gemini-2.5-pro').inputTokens, 774);
  });
});
