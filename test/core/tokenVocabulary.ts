// Words of many languages as they are written, for making long texts to count: common words, inflected, with their marks.

export interface Vocabulary {
  readonly words: readonly string[];
  /** Between two words. */
  readonly between: string;
  /** What ends a sentence, with what comes after it. */
  readonly ends: readonly string[];
  /** Stand between words now and then. */
  readonly inner: readonly string[];
}

const split = (text: string): readonly string[] => text.trim().split(/\s+/);
const latinEnds = ['. ', '. ', '. ', '! ', '? ', '.\n', '.\n\n', '… ', ': ', '; '];
const latinInner = [
  ', ',
  ', ',
  ' – ',
  ' (',
  ') ',
  ' "',
  '" ',
  ' 42 ',
  ' 1,250.75 ',
  ' 2026-11-21 ',
  ' 10:45 ',
  '-',
  '/',
];

export const vocabularies: Readonly<Record<string, Vocabulary>> = {
  English: {
    between: ' ',
    ends: latinEnds,
    inner: [...latinInner, "'s ", "n't ", "'ll ", ' & '],
    words:
      split(`the of and to in that it was for on are with as his they be at one have this from or had by hot but some
      what there we can out other were all your when up use word how said an each she which do their time if will way about
      many then them would write like so these her long make thing see him two has look more day could go come did my sound
      no most number who over know water than call first people may down side been now find any new work part take get place
      made live where after back little only round man year came show every good me give our under name very through just
      form much great think say help low line before turn cause same mean differ move right boy old too does tell sentence
      set three want air well also play small end put home read hand port large spell add even land here must big high such
      follow act why ask men change went light kind off need house picture try us again animal point mother world near build
      self earth father customer delivery refund invoice shipping warranty complaint subscription cancellation neighbourhood
      programme organisation unbelievable misunderstanding Wednesday London O'Brien McDonald's iPhone USA NASA PhD e-mail
      antidisestablishmentarianism internationalization nonetheless throughout whereas colour theatre judgement`),
  },
  German: {
    between: ' ',
    ends: latinEnds,
    inner: [...latinInner, ' „', '“ ', ' 1.250,75 € ', ' § 12 ', ' z. B. '],
    words:
      split(`der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat
      daß dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr
      durch man sein wurde sei Prozent hatte kann gegen vom können schon wenn habe seine Mark ihre dann unter wir soll ich
      eines Jahr zwei Jahren diese dieser wieder keine Uhr seiner worden will zwischen immer Millionen was sagte gibt alle
      seit muß wurden beim doch jetzt waren drei Jahre neue neuen damit bereits da ihr seinen müssen ab ihrer ohne sondern
      selbst ersten nun etwa heute weil ihm Menschen Deutschland anderen ihnen Regierung Straße größer Größe Übung ärgerlich
      Lieferung Rückerstattung Rechnung Bestellung Kündigung Gewährleistung Kundenzufriedenheit Geschwindigkeitsbegrenzung
      Donaudampfschifffahrtsgesellschaft Bundesverfassungsgericht Krankenversicherungsbeitrag Wohnungsbaugenossenschaft
      München Köln Österreich Zürich überall möglicherweise außerdem Fußgängerübergang Rechtsschutzversicherung Kfz GmbH`),
  },
  French: {
    between: ' ',
    ends: ['. ', ' ! ', ' ? ', '.\n', ' : ', ' ; ', '… '],
    inner: [...latinInner, ' « ', ' » ', " l'", " d'", " qu'", " j'", ' 1 250,75 € ', '-t-il '],
    words:
      split(`de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la avec son mais
      comme ou si leur y dont tout nous sa fait été aussi ces entre même bien où depuis peut sans deux fut être cette elle ils
      ans année années temps très après avant contre encore sous toujours jusque lorsque plusieurs chez donc puis jamais rien
      état général première français française économie société président problème château fenêtre forêt garçon leçon hôpital
      Noël naïf où déjà élève crème brûlée œuvre cœur sœur bœuf août fête tête être connaître paraître répondre demande
      livraison remboursement facture garantie réclamation abonnement résiliation anticonstitutionnellement aujourd'hui
      quelqu'un presqu'île entr'acte développement gouvernement environnement Montréal Québec Bruxelles Genève Orléans`),
  },
  Spanish: {
    between: ' ',
    ends: ['. ', '.\n', '! ', '? ', '; ', ': '],
    inner: [...latinInner, ' ¿', ' ¡', ' 1.250,75 € ', ' «', '» '],
    words:
      split(`de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre
      este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué sólo han yo hay
      vez puede todos así nos ni parte tiene él uno donde bien tiempo mismo ese ahora cada vida otro después te otros aunque
      esa eso hace otra gobierno tan durante siempre día tanto ella tres sí dijo sido gran país según menos mundo año antes
      estado quiero mientras entonces medio niño niña mañana señor señora español España corazón canción pingüino vergüenza
      envío reembolso factura garantía reclamación suscripción cancelación desafortunadamente electroencefalografista
      extraordinariamente Bogotá Córdoba Perú México averigüéis otorrinolaringólogo agüero ñandú`),
  },
  Russian: {
    between: ' ',
    ends: ['. ', '.\n', '! ', '? ', '… ', '; '],
    inner: [', ', ', ', ' — ', ' «', '» ', ' 1 250,75 ₽ ', ' № 5 ', ' и/или ', '-'],
    words:
      split(`и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой ещё от так о год вы мочь
      человек такой для или тот сказать ты же какой только себя другой один время когда рука уже до знать самый стать два если
      первый день раз как дело глаз жизнь даже наш чтобы ну нет хотеть новый после где большой лицо должен без дом место ничто
      город вопрос друг сейчас просто можно есть работа вода сторона страна мир случай голова ребёнок сила конец вид система
      порядок идти общий земля слово доставка возврат счёт гарантия жалоба подписка заказ покупатель неудовлетворительный
      достопримечательность превысокомногорассмотрительствующий Москва Россия Санкт-Петербург ООО США НИИ подъезд объявление
      съёмка вьюга щётка эхо юность яблоко здравствуйте пожалуйста благодарность`),
  },
  Arabic: {
    between: ' ',
    ends: ['. ', '.\n', '؟ ', '! ', '؛ '],
    inner: ['، ', '، ', ' «', '» ', ' ١٢٥٠٫٧٥ ', ' ٢٠٢٦ ', ' (', ') ', ' 24 '],
    words:
      split(`في من على أن إلى عن مع هذا هذه التي الذي كان كانت قد لا ما لم لن هو هي هم نحن أنا أنت كل بعض غير بين عند بعد قبل
      حتى إذا ثم أو أم بل لكن لأن كما مثل حول خلال ضد منذ يوم أيام سنة عام شهر أسبوع وقت الآن أمس غداً هنا هناك رجل امرأة طفل
      أطفال بيت مدينة دولة حكومة رئيس شركة عمل مال سوق طعام ماء كتاب مدرسة جامعة طالب معلم سيارة طريق شارع مستشفى طبيب صحة
      العملاء التسليم الاسترداد الفاتورة الضمان الشكوى الاشتراك الإلغاء المنتج الجودة السعر الخدمة والمستخدمون فسيكفيكهم
      أفاستسقيناكموها القاهرة بغداد دمشق الرياض المغرب لبنان الجمهورية بِسْمِ اللَّهِ الرَّحْمَٰنِ الرَّحِيمِ كِتَابٌ مُدَرِّسٌ`),
  },
  Hindi: {
    between: ' ',
    ends: ['। ', '।\n', '? ', '! ', '॥ '],
    inner: [', ', ', ', ' - ', ' "', '" ', ' १२५० ', ' २०२६ ', ' ₹500 '],
    words:
      split(`के का में की है यह और से हैं को पर इस होता कि जो कर मे गया करने किया लिये अपने ने बनी नहीं तो ही या एवं दिया
      हो इसका था द्वारा हुआ तक साथ करना वाले बाद लिए आप कुछ सकते किसी ये इसके सबसे इसमें थे दो होने वह वे करते बहुत कहा वर्ग
      कई करें होती अपनी उनके थी यदि हुई जा ना इसे कहते जब होते कोई हुए व न अभी जैसे सभी करता उनकी तरह उस आदि कुल एस रहा इसकी
      सकता रहे उनका इसी रखें अपना पे उसके ग्राहक वितरण धनवापसी चालान शिकायत सदस्यता रद्दीकरण उत्पाद गुणवत्ता मूल्य सेवा
      भारत दिल्ली मुंबई विश्वविद्यालय स्वतंत्रता अंतर्राष्ट्रीय क्षत्रिय ज्ञान श्रीमान ऋषि कृष्ण प्रधानमंत्री धन्यवाद
      किंकर्तव्यविमूढ़ अच्छा बच्चा पढ़ना सड़क ज़िंदगी फ़िल्म`),
  },
  Japanese: {
    between: '',
    ends: ['。', '。\n', '！', '？', '…', '」'],
    inner: ['、', '、', '「', '・', '（', '）', '２４', '1,250円', '〜', 'ー', '　'],
    words:
      split(`私 あなた 彼女 それ これ は が を に で と の も から まで より です ます でした ません する した して いる ある なる
      思う 言う 行く 来る 見る 食べる 飲む 買う 売る 送る 届く 返す 使う 作る 働く 休む 話す 聞く 読む 書く 日本 東京 大阪 京都
      会社 学校 先生 学生 電車 自転車 飛行機 病院 銀行 郵便局 天気 今日 明日 昨日 時間 午前 午後 月曜日 お客様 配送 返金 請求書
      保証 苦情 定期購読 解約 商品 品質 価格 サービス コンピューター インターネット アプリケーション プログラミング スマートフォン
      メール クリスマス ヴァイオリン ｶﾀｶﾅ ﾊﾝｶｸ 美しい 大きい 小さい 新しい 古い 難しい 簡単 素晴らしい ありがとうございます
      よろしくお願いいたします お世話になっております 独立行政法人 憂鬱 薔薇 麒麟 々 〇 々々 〆切 株式会社 ㈱ ㍿ 令和 がぎぐげご
      ぱぴぷぺぽ ゃゅょっ ファッション`),
  },
  Chinese: {
    between: '',
    ends: ['。', '。\n', '！', '？', '；', '……'],
    inner: ['，', '，', '、', '“', '”', '（', '）', '《', '》', '２４', '1250.75元', '——', '：'],
    words:
      split(`的 一 是 不 了 在 人 有 我 他 这 个 们 中 来 上 大 为 和 国 地 到 以 说 时 要 就 出 会 可 也 你 对 生 能 而 子 那 得 于
      着 下 自 之 年 过 发 后 作 里 用 道 行 所 然 家 种 事 成 方 多 经 么 去 法 学 如 都 同 现 当 没 动 面 起 看 定 天 分 还 进 好
      小 部 其 些 主 样 理 心 她 本 前 开 但 因 只 从 想 实 中国 北京 上海 人民 政府 经济 社会 发展 问题 工作 我们 他们 什么 没有
      可以 自己 已经 因为 所以 如果 虽然 但是 客户 配送 退款 发票 保修 投诉 订阅 取消 产品 质量 价格 服务 人工智能 机器学习
      批量处理 二十四小时 互联网 计算机科学 中華人民共和國 臺灣 龍 憂鬱的烏龜 饕餮 魑魅魍魉 不亦乐乎 画蛇添足 一心一意 㐀 𠀀 𪚥
      北京大学 清华大学 谢谢 再见 您好`),
  },
  emoji: {
    between: ' ',
    ends: ['! ', '!!! ', '\n', ' … ', '?! ', ''],
    inner: ['', ' ', ' x', ' #', ' @', ' :) ', ' ;-) ', '\u200d'],
    words:
      split(`😀 😃 😄 😁 😆 😅 🤣 😂 🙂 🙃 😉 😊 😇 🥰 😍 🤩 😘 😗 ☺️ 😚 😙 🥲 😋 😛 😜 🤪 😝 🤑 🤗 🤭 🤫 🤔 🤐 🤨 😐 😑 😶 😏 😒 🙄
      😬 🤥 😌 😔 😪 🤤 😴 😷 🤒 🤕 🤢 🤮 🤧 🥵 🥶 🥴 😵 🤯 🤠 🥳 🥸 😎 🤓 🧐 👋 👋🏻 👋🏿 🤚🏽 ✋ 🖖 👌 🤌 🤏 ✌️ 🤞 🤟 🤘 🤙 👈 👉 👆 👍 👍🏽 👎 ✊ 👊
      👏 🙌 👐 🤲 🤝 🙏 ✍️ 💅 🤳 💪 🦾 👨‍👩‍👧‍👦 👩‍💻 👨🏾‍🚀 🧑🏻‍🤝‍🧑🏿 🏳️‍🌈 🏴‍☠️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪 🇫🇷 🇯🇵 🇨🇳 🇮🇳 🇺🇸 🇪🇺 1️⃣ 2️⃣ #️⃣ *️⃣ ❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 ❣️ 💯 💥 💫 💦
      ⭐ 🌟 ✨ ⚡ 🔥 🌈 ☀️ ⛅ ☔ ❄️ ⛄ 🎉 🎊 🎈 🎁 🏆 🥇 ⚽ 🏀 🚀 ✈️ 🚗 🚲 📱 💻 ⌨️ 🖨️ 💡 📚 ✏️ 📎 🔒 🔑 ⏰ ⌛ ✅ ❌ ⚠️ ♻️ © ® ™ ← → ↑ ↓ ∞ ≈ ≠ ok lol wow yes no`),
  },
  code: {
    between: ' ',
    ends: [';\n', ';\n  ', ' {\n    ', '\n}\n\n', '\n', '\n\t', ' // TODO\n', '\n        '],
    inner: [
      '(',
      ')',
      '[',
      ']',
      '.',
      ', ',
      ' = ',
      ' => ',
      ' === ',
      ' !== ',
      '::',
      '->',
      ' && ',
      ' || ',
      '?.',
      '...',
      '"',
      "'",
      '`',
      '/**',
      ' */',
      '\\n',
      '\\u00e9',
    ],
    words:
      split(`const let var function return if else for while switch case break continue class extends implements interface
      type enum readonly public private static async await import export default from new this super null undefined true false
      def self print lambda yield None True False elif except finally raise with pass __init__ __name__ import numpy np.array
      fn mut impl pub struct match Some(x) Ok(()) unwrap() &mut self Vec<String> Result<T,E> #[derive(Debug)] println!
      int main void std::cout << endl; #include <stdio.h> printf("%d\\n", malloc(sizeof nullptr template<typename T> unsigned
      func package fmt.Println go chan defer SELECT * FROM users WHERE id = 1 ORDER BY created_at DESC LIMIT 10; INNER JOIN
      <div class="row"> </div> <a href="https://example.org/?q=1&p=2#top"> margin:0 auto; #ff00aa rgba(0,0,0,.5) @media
      getElementById XMLHttpRequest camelCaseName snake_case_name SCREAMING_CASE kebab-case-name i j k x1 tmp2 0x1F 0b1010 1e-7
      3.14159 100_000 'use strict' console.log JSON.stringify Array.from Object.keys Promise.all setTimeout addEventListener
      git commit -m --force ${'$'}{name} $PATH /usr/local/bin ../core/index.ts ./a.py C:\\Users\\x regex /^[a-z]+$/gi 127.0.0.1:8080`),
  },
};
