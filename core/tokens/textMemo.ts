// What was worked out of this text before? System prompts, documents and instructions come again in request after request.
// Texts are compared, not hashed: to compare two equal texts takes a fraction of what hashing one of them would.

/** Shorter texts are counted about as fast as they are looked up. */
const shortestText = 200;
const slots = 256;
/** Of all texts that are kept. */
const mostCharacters = 1 << 22;
const samples = 8;
/** So often others ask for the place of a text that came again, before they get it. */
const mostChances = 8;

/** Keeps facts of some hundred texts; a new one takes the place of an older one, unless that came again lately. */
export class TextMemo<Fact> {
  #texts = new Array<string | undefined>(slots);
  #facts = new Array<Fact | undefined>(slots);
  readonly #chances = new Uint8Array(slots);
  #characters = 0;

  find(text: string): Fact | undefined {
    if (text.length < shortestText) return undefined;
    const slot = slotOf(text);
    if (this.#texts[slot] !== text) return undefined;
    this.#chances[slot] = mostChances;
    return this.#facts[slot];
  }

  add(text: string, fact: Fact): void {
    if (text.length < shortestText || text.length > mostCharacters) return;
    const slot = slotOf(text);
    if (this.#chances[slot]! > 0) {
      this.#chances[slot]! -= 1;
      return;
    }
    this.#characters += text.length - (this.#texts[slot]?.length ?? 0);
    if (this.#characters > mostCharacters) {
      this.#texts = new Array(slots);
      this.#facts = new Array(slots);
      this.#chances.fill(0);
      this.#characters = text.length;
    }
    this.#texts[slot] = text;
    this.#facts[slot] = fact;
  }
}

/** From the length and a few characters: who shares a slot is told apart by comparing. */
function slotOf(text: string): number {
  let hash = text.length;
  const stride = Math.floor(text.length / samples);
  for (let at = text.length - 1; at >= 0; at -= stride) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) & (slots - 1);
}
