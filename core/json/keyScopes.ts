// Was this key in this object before? For a walk over JSON text: the keys of the objects that are open, without recursion.
import { endOfString } from './skim.ts';

/** Objects with more members than this get a map of them; most have fewer, and comparing hashes is quicker. */
const mostScanned = 16;
const noObject = -1;
const mostKept = 4096;
const quote = 0x22;
const backslash = 0x5c;

/** Used for one text after the other, for most lines are short and new arrays would cost as much as the walk. */
export class KeyScopes {
  #text = '';
  /** The first keys of each open object, flat: those of one object lie together behind those of the objects around it. */
  #starts: number[] = [];
  #ends: number[] = [];
  #hashes: number[] = [];
  /** Where the keys of each open object begin; `noObject` for an array. */
  #scopes: number[] = [];
  /** The map of each open object that needs one, by depth. */
  #maps: Map<number, Map<string, number>> | null = null;
  #scope = noObject;
  /** Keys of open objects; cutting the arrays instead would cost more than all the rest. */
  #count = 0;
  #depth = 0;
  /** Where the first key equal to the one last entered starts, or -1. */
  equal = -1;

  begin(text: string): void {
    this.#text = text;
    this.#maps = null;
    this.#scope = noObject;
    this.#count = 0;
    this.#depth = 0;
  }

  /** Keeps neither the text nor what a monstrous one needed. */
  end(): void {
    this.begin('');
    if (this.#scopes.length < mostKept && this.#starts.length < mostKept) return;
    this.#starts = [];
    this.#ends = [];
    this.#hashes = [];
    this.#scopes = [];
  }

  get isInObject(): boolean {
    return this.#scope !== noObject;
  }

  openObject(): void {
    this.#scopes[this.#depth++] = this.#scope;
    this.#scope = this.#count;
  }

  openArray(): void {
    this.#scopes[this.#depth++] = this.#scope;
    this.#scope = noObject;
  }

  close(): void {
    if (this.#scope !== noObject) {
      this.#maps?.delete(this.#depth);
      this.#count = this.#scope;
    }
    this.#scope = this.#scopes[--this.#depth] ?? noObject;
  }

  /** Notes a key of the innermost object, `equal` with it. @returns where it ends, after its closing quote. */
  enter(start: number): number {
    const text = this.#text;
    let hash = 0;
    let at = start + 1;
    for (let code = text.charCodeAt(at); code !== quote; code = text.charCodeAt(at)) {
      if (code === backslash) {
        at = endOfString(text, start) - 1;
        hash = hashOf(this.#name(start, at + 1));
        break;
      }
      hash = (Math.imul(hash, 31) + code) | 0;
      at++;
    }
    const members = this.#count - this.#scope;
    this.equal =
      members === mostScanned ? this.#enterMap(start, at + 1) : this.#enterList(start, at + 1, hash);
    return at + 1;
  }

  #enterList(start: number, end: number, hash: number): number {
    let equal = -1;
    for (let i = this.#count - 1; i >= this.#scope; i--) {
      if (this.#hashes[i] === hash && this.#isSame(i, start, end)) equal = this.#starts[i] as number;
    }
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#hashes[this.#count++] = hash;
    return equal;
  }

  #enterMap(start: number, end: number): number {
    const depth = this.#depth;
    this.#maps ??= new Map();
    let map = this.#maps.get(depth);
    if (map === undefined) {
      map = new Map();
      for (let i = this.#count - 1; i >= this.#scope; i--) {
        map.set(this.#name(this.#starts[i] as number, this.#ends[i] as number), this.#starts[i] as number);
      }
      this.#maps.set(depth, map);
    }
    const name = this.#name(start, end);
    const equal = map.get(name);
    if (equal === undefined) map.set(name, start);
    return equal ?? -1;
  }

  #isSame(index: number, start: number, end: number): boolean {
    return this.#name(this.#starts[index] as number, this.#ends[index] as number) === this.#name(start, end);
  }

  #name(start: number, end: number): string {
    const raw = this.#text.slice(start, end);
    return raw.includes('\\') ? JSON.parse(raw) : raw.slice(1, -1);
  }
}

function hashOf(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  return hash;
}
