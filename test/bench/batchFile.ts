// Batch files to measure with, made from a seed: one system prompt shared by all, user texts that are all different.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { randomFrom } from '../random.ts';

export interface BenchFile {
  readonly seed: number;
  readonly requests: number;
  /** Characters of the system prompt that all requests share. */
  readonly systemCharacters: number;
  /** One line in so many is cut short, and the one after it repeats the id of the one before; 0 for a file without faults. */
  readonly faultEvery: number;
  /** Whose requests: of OpenAI, unless this is said. */
  readonly form?: BenchForm;
}

export type BenchForm = 'openai' | 'anthropic' | 'gemini';

/** 50,000 requests are what OpenAI takes in a batch, 200 MiB what it takes in a file. */
export const largestFile: BenchFile = {
  ...{ seed: 1, requests: 50_000, systemCharacters: 2000, faultEvery: 5000 },
};

/** Of a public encoding, so that counts are exact; and not about to be shut down, which would be a warning on each line. */
const model = 'gpt-5.4-mini';
/** User texts have between these many characters. */
const shortest = 500;
const longest = 3000;
const englishShare = 0.85;

interface Language {
  readonly words: readonly string[];
  /** Between words; scripts without spaces have none. */
  readonly space: string;
  readonly stop: string;
}

const language = (text: string, space = ' ', stop = '. '): Language => ({
  words: text.split(' '),
  space,
  stop,
});

const english = language(
  'the of and to in is that it was for on are with they be at one have this from had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know get through back much before go good new write our used me man too any day same right look think also around another came come work three word must because does part even place well such here take why things help put years different away again off went old number great tell men say small every found still between name should home big give air line set own under read last never us left end along while might next sound below saw something thought both few those always looked show large often together asked house world going want school important until form food keep children feet land side without boy once animals life enough took sometimes four head above kind began almost live page got earth need far hand high year mother light parts country father let night following picture being study second eyes soon times story boys since white days ever paper hard near sentence better best across during today however sure means knew try told young miles sun ways thing whole hear example heard several change answer room sea against top turned learn point city play toward five using himself usually money customer delivery refund package service quality arrived broken warranty support battery screen invoice subscription cancelled replacement manager',
);
const others: readonly Language[] = [
  language(
    'der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei Lieferung Bestellung Rückerstattung Kundendienst außerordentlich Größe',
  ),
  language(
    'de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se le ce il sont avec ses ont été aussi leur bien peut tout comme entre après très même où déjà livraison remboursement qualité déçu réclamation',
  ),
  language(
    'и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой весь год от так о для ты же все тот мочь вы человек такой его сказать только или ещё бы себя один как уже доставка возврат качество служба поддержки',
  ),
  language(
    'في من على أن إلى التي هذا عن مع كان لا ما هذه كل بعد قد بين ذلك غير أو وقد عند كما هو هي لم ثم منذ حتى يوم التوصيل المنتج الجودة خدمة العملاء استرداد',
  ),
  language(
    'है के में की से को का और यह कि पर एक नहीं था भी इस तो हो ही कर लिए साथ बाद वह या अपने जो कुछ अब तक उत्पाद गुणवत्ता वितरण ग्राहक सेवा वापसी',
  ),
  language(
    'の に は を た が で て と し れ さ ある いる も する から な こと として い や など なっ ない この ため その あっ よう また もの 配送 返金 品質 対応 商品 注文 非常に 残念',
    '',
    '。',
  ),
];
const syllables = 'ka mo re ti lo va nu shi ber ton gra del fin qua ster pol mix zan'.split(' ');

class Writer {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  text(characters: number, { words, space, stop }: Language): string {
    let text = '';
    let left = this.#below(18) + 4;
    while (text.length < characters) {
      text += this.#word(words);
      if (--left > 0) text += space;
      else {
        left = this.#below(18) + 4;
        text += this.#random() < 0.1 ? `${stop.trimEnd()}\n\n` : stop;
      }
    }
    return text.slice(0, characters).trimEnd();
  }

  userText(): string {
    const characters = shortest + this.#below(longest - shortest);
    const spoken = this.#random() < englishShare ? english : (others[this.#below(others.length)] ?? english);
    return this.text(characters, spoken);
  }

  /** The commonest words come most often, as in real text; one in twelve is a name or a number nobody has seen before. */
  #word(words: readonly string[]): string {
    const kind = this.#random();
    if (kind < 0.03) return String(this.#below(100_000));
    if (kind < 0.08) {
      let name = '';
      for (let parts = 2 + this.#below(3); parts > 0; parts--)
        name += syllables[this.#below(syllables.length)];
      return name.charAt(0).toUpperCase() + name.slice(1);
    }
    return words[Math.floor(this.#random() ** 2 * words.length)] ?? '';
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** The requests of a file, one line each, without line feeds. */
export function* benchLines({
  seed,
  requests,
  systemCharacters,
  faultEvery,
  form = 'openai',
}: BenchFile): Generator<string> {
  const writer = new Writer(randomFrom(seed));
  const system = writer.text(systemCharacters, english);
  for (let index = 0; index < requests; index++) {
    const fault = faultEvery > 0 && index > faultEvery ? index % faultEvery : -1;
    const id = `request-${fault === 1 ? index - 1 : index + 1}`;
    const line = JSON.stringify(requestOf[form](id, system, writer.userText()));
    yield fault === 0 ? line.slice(0, line.length >> 1) : line;
  }
}

function openaiRequest(id: string, system: string, user: string): object {
  return {
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: {
      model,
      max_completion_tokens: 300,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
    },
  };
}

function anthropicRequest(id: string, system: string, user: string): object {
  return {
    custom_id: id,
    params: {
      model: 'claude-haiku-4-5',
      max_tokens: 300,
      system,
      messages: [{ role: 'user', content: user }],
    },
  };
}

function geminiRequest(key: string, system: string, user: string): object {
  return {
    key,
    request: {
      systemInstruction: { parts: [{ text: system }] },
      contents: [{ role: 'user', parts: [{ text: user }] }],
      generationConfig: { maxOutputTokens: 300 },
    },
  };
}

const requestOf = { openai: openaiRequest, anthropic: anthropicRequest, gemini: geminiRequest } as const;

/** Writes the file and returns its size in bytes. */
export async function writeBenchFile(path: string, file: BenchFile): Promise<number> {
  const out = createWriteStream(path, { highWaterMark: 1 << 20 });
  for (const line of benchLines(file)) {
    if (!out.write(`${line}\n`)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  return out.bytesWritten;
}
