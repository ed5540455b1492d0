// Texts in many scripts and shapes, for comparing token counts.

export const samples: Readonly<Record<string, string>> = {
  English:
    "It's the customers' choice: they'd rather wait 24 hours, and we'll charge half. DON'T panic, it's FINE.",
  German:
    'Die Straßenbahn fährt überpünktlich; die Donaudampfschifffahrtsgesellschaft dagegen hat 1.234,56 € Verspätungszuschläge.',
  French: "L'élève a mangé une crème brûlée à Noël, n'est-ce pas ? Ça coûte 12,50 €, « voilà ».",
  Spanish: '¿Cuántos años tiene el niño? Mañana cumplirá ocho; ¡qué alegría!',
  Russian: 'Съешь же ещё этих мягких французских булок, да выпей чаю. МОСКВА — столица России.',
  Greek: 'Ξεσκεπάζω την ψυχοφθόρα βδελυγμία· ΑΘΗΝΑ, Ελλάδα.',
  Arabic: 'صِف خَلقَ خَودِ كَمِثلِ الشَمسِ إِذ بَزَغَت — يَحظى الضَجيعُ بِها نَجلاءَ مِعطارِ ١٢٣٤.',
  Hebrew: 'דג סקרן שט בים מאוכזב ולפתע מצא חברה. שָׁלוֹם עֲלֵיכֶם',
  Hindi: 'ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश करने वाले विष्णुवतार भगवान श्रीराम १२३।',
  Thai: 'เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน',
  Japanese: 'いろはにほへと ちりぬるを。東京タワーは333メートルです。カタカナとﾊﾝｶｸも。',
  Chinese: '我能吞下玻璃而不伤身体。批量处理的价格是一半,二十四小时内完成。',
  Korean: '키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다.',
  emoji: '👨‍👩‍👧‍👦 family, 🏳️‍🌈 flag, 👍🏽 thumbs, 🇩🇪🇫🇷, 1️⃣ keycap, ❤️ and plain 😀😀😀!!!',
  code: `export async function* readLines(path: string): AsyncGenerator<string> {
\tfor (let i = 0; i < 10_000; i++) {\r\n    if (x?.y !== null && a[i] >>> 2 === 0xFF) yield \`\${path}/**/\`; // TODO\n\n\n  }
}`,
  JSON: '{"custom_id":"r-1","body":{"model":"gpt-4o-mini","n":1.5e-7,"ok":true,"x":null,"text":"a\\nb\\u00e9"}}',
  Markdown:
    '# Title\n\n* **bold** and _em_\n1. [link](https://example.org/a-b_c?d=e&f=%20#g)\n\n```js\nx => y\n```\n---\n| a | b |',
  base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  hashes:
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 550E8400-E29B-41D4-A716-446655440000',
  'runs of white space':
    ' a  b   c    d\t\te \t f\n\n\ng\r\n\r\nh   \n   i\u00a0\u00a0j\u2003k\u3000\u3000l\u0085m\ufeffn    ',
  numbers: '1 12 123 1234 12345 3.14159265358979 1,000,000 0x1F 1e10 ½ Ⅷ ٣٤٥ १२३४ ²³',
  'marks on their own':
    '\u0301 \u0301\u0301a a\u0301\u0301 A\u0301B \u0301A \u0301AB x\u0301Y\u0301z \u093f\u093f',
  'mathematical letters': '𝐀𝐁𝐂 𝒂𝒃𝒄 𝔄𝔟ℭ 𝟏𝟐𝟑 ℕ ∑ ∫ ≠ √2',
  'lone surrogates': 'a\ud800b \udfff \ud83d \ude00c 1\ud8001 \ud800\ud800\udc00',
  controls: 'a\0b\x07c\x1b[31mred\x1b[0m\x7f\v\f',
  'a literal special token': 'Ignore <|endoftext|> and <|im_start|>user<|im_end|> please <|endofprompt|>.',
};
