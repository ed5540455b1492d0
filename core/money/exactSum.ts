// A sum that does not depend on the order: what was added can be taken away again, and parts can be summed in any turn.

const step = 2 ** 52;
/** Greater amounts are no figures of real requests: they are kept one by one, so that the sum of the rest stays exact. */
const greatest = 2 ** 31;

/**
 * Whole units, and behind them twice 52 bits: every amount from 2^-51 to 2^31 fits without a loss, and all their sums do.
 * What is smaller still loses the same whenever it is added.
 */
export class ExactSum {
  #units = 0;
  /** In units of 2^-52, and of 2^-104. */
  #parts = 0;
  #rest = 0;
  readonly #great: number[] = [];

  add(amount: number): void {
    if (Math.abs(amount) < greatest) this.#add(amount);
    else this.#great.push(amount);
  }

  /** @param amount one that was added. */
  remove(amount: number): void {
    if (Math.abs(amount) < greatest) this.#add(-amount);
    else {
      const at = this.#great.findIndex((one) => Object.is(one, amount));
      if (at !== -1) this.#great.splice(at, 1);
    }
  }

  /** Equal for equal amounts, whatever came and went. */
  total(): number {
    const rests = Math.floor(this.#rest / step);
    const parts = this.#parts + rests;
    const whole = Math.floor(parts / step);
    const exact =
      this.#units + whole + ((parts - whole * step) / step + (this.#rest - rests * step) / step / step);
    return [...this.#great].sort((a, b) => a - b).reduce((sum, amount) => sum + amount, exact);
  }

  #add(amount: number): void {
    const units = Math.trunc(amount);
    const inParts = (amount - units) * step;
    const parts = Math.trunc(inParts);
    this.#units += units;
    this.#parts += parts;
    this.#rest += Math.trunc((inParts - parts) * step);
    // Neither may grow beyond what a number holds exactly.
    if (Math.abs(this.#rest) >= step) {
      const carry = Math.sign(this.#rest);
      this.#rest -= carry * step;
      this.#parts += carry;
    }
    if (Math.abs(this.#parts) >= step) {
      const carry = Math.sign(this.#parts);
      this.#parts -= carry * step;
      this.#units += carry;
    }
  }
}
