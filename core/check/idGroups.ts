// Which lines share a custom_id? Kept up to date as lines come and go; line numbers are worked out when a report asks.

/** The lines that share an id. */
export interface IdGroup {
  size: number;
  /** The first two of them, as `numberGroups` found them. */
  first: number;
  second: number;
}

export class IdGroups {
  readonly #groups = new Map<string, IdGroup>();

  get distinct(): number {
    return this.#groups.size;
  }

  has(id: string): boolean {
    return this.#groups.has(id);
  }

  /** @returns null for a line without an id. */
  enter(id: string | null): IdGroup | null {
    if (id === null || id === '') return null;
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = { size: 0, first: -1, second: -1 };
      this.#groups.set(id, group);
    }
    group.size++;
    return group;
  }

  leave(id: string | null, group: IdGroup | null): void {
    if (group !== null && --group.size === 0 && id !== null) this.#groups.delete(id);
  }
}

/** Notes the first two lines of each id in one pass, so that any number of equal ids costs the same. @returns whether any is shared. */
export function numberGroups(lines: readonly { readonly group: IdGroup | null }[]): boolean {
  let found = false;
  for (const { group } of lines) if (group !== null) group.first = -1;
  for (const [line, { group }] of lines.entries()) {
    if (group === null || group.size < 2) continue;
    found = true;
    if (group.first === -1) {
      group.first = line;
      group.second = -1;
    } else if (group.second === -1) {
      group.second = line;
    }
  }
  return found;
}
