// How are the tokens of an encoding kept? One after the other in the order of their ranks: the length of each in a byte,
// then its bytes. Half of js-tiktoken's text, read at once, and where a token stands says what merges first.
import { decodeBase64 } from './base64.ts';

/** The shape of js-tiktoken's rank modules: lines of `! <first rank> <base64 token> <base64 token> …`. */
export interface TiktokenRanks {
  readonly pat_str: string;
  readonly bpe_ranks: string;
  readonly special_tokens: Readonly<Record<string, number>>;
}

export interface PackedRanks {
  readonly pat_str: string;
  readonly tokens: Uint8Array;
}

export function packRanks({ pat_str, bpe_ranks }: TiktokenRanks): PackedRanks {
  // A token of n bytes takes more than n characters and a blank.
  const packed = new Uint8Array(bpe_ranks.length);
  let used = 0;
  let nextRank = 0;
  for (const line of bpe_ranks.split('\n')) {
    const afterMark = line.indexOf(' ') + 1;
    let at = line.indexOf(' ', afterMark) + 1;
    if (afterMark === 0 || at === 0) continue;
    const firstRank = Number.parseInt(line.slice(afterMark, at), 10);
    if (firstRank < nextRank) throw new Error(`Rank ${firstRank} comes after rank ${nextRank}.`);
    nextRank = firstRank;
    while (at < line.length) {
      const blank = line.indexOf(' ', at);
      const end = blank === -1 ? line.length : blank;
      const tokenEnd = decodeBase64(line, at, end, packed, used + 1);
      packed[used] = tokenEnd - used - 1;
      used = tokenEnd;
      nextRank++;
      at = end + 1;
    }
  }
  return { pat_str, tokens: packed.slice(0, used) };
}
