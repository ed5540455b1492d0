// In which order is the server sent messages, where some are written down later than they came? In that of their places.

/** Of a message; null: it is not written yet. */
export interface Place {
  send: (() => void) | null;
}

export class MessageOrder {
  readonly #places: Place[] = [];

  /** Whatever comes from now on waits for what takes it. */
  keepPlace(): Place {
    const place: Place = { send: null };
    this.#places.push(place);
    return place;
  }

  /** Sends a message when its turn comes, which mostly is at once. */
  send<Answer>(send: () => PromiseLike<Answer>, place = this.keepPlace()): Promise<Answer> {
    return new Promise((resolve, reject) => {
      place.send = () => {
        // A connection that was closed meanwhile says so at once.
        try {
          send().then(resolve, reject);
        } catch (error) {
          reject(error);
        }
      };
      this.#sendReady();
    });
  }

  /** Nothing comes to a place; of one that was taken nothing changes. */
  leave(place: Place): void {
    const at = this.#places.indexOf(place);
    if (at === -1 || place.send !== null) return;
    this.#places.splice(at, 1);
    this.#sendReady();
  }

  #sendReady(): void {
    for (let [first] = this.#places; first !== undefined && first.send !== null; [first] = this.#places) {
      this.#places.shift();
      first.send();
    }
  }
}
