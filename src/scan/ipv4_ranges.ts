/**
 * A set of IPv4 addresses as sorted ranges that neither overlap nor touch. It is never expanded: a
 * /8 is one entry, and the n-th address is found by bisection. Addresses are unsigned numbers.
 */
import { assert } from "assertion";

/** Addresses from `first` to `last`, both included. */
export interface AddressRange {
  /** The lowest, an unsigned number. */
  readonly first: number;
  /** The highest. */
  readonly last: number;
}

/** Columns of a set, as they travel to a worker. */
export interface RangeColumns {
  /** Where each range begins, ascending. */
  readonly firsts: Uint32Array;
  /** Where it ends. */
  readonly lasts: Uint32Array;
}

/** See the file's comment. */
export class Ipv4Ranges {
  readonly #firsts: Uint32Array;
  readonly #lasts: Uint32Array;
  /** How many addresses stand before each range. */
  readonly #before: Float64Array;
  /** How many addresses there are. */
  readonly size: number;

  private constructor({ firsts, lasts }: RangeColumns) {
    this.#firsts = firsts;
    this.#lasts = lasts;
    this.#before = new Float64Array(firsts.length);
    let size = 0;
    for (let i = 0; i < firsts.length; i++) {
      this.#before[i] = size;
      size += lasts[i]! - firsts[i]! + 1;
    }
    this.size = size;
  }

  /** The union of ranges, in any order. */
  static of(ranges: readonly AddressRange[]): Ipv4Ranges {
    // As 64-bit numbers, first in the high half: sorting those is native, and makes no objects.
    const words = new Uint32Array(2 * ranges.length);
    ranges.forEach(({ first, last }, i) => {
      assert(first <= last, "A range ends where it begins, or later");
      words[2 * i] = last;
      words[2 * i + 1] = first;
    });
    new BigUint64Array(words.buffer).sort();
    let count = 0;
    for (let i = 0; i < words.length; i += 2) {
      const [last, first] = [words[i]!, words[i + 1]!];
      if (count > 0 && first <= words[2 * count - 2]! + 1) {
        if (last > words[2 * count - 2]!) words[2 * count - 2] = last;
      } else {
        words[2 * count] = last;
        words[2 * count + 1] = first;
        count++;
      }
    }
    const lasts = new Uint32Array(count).map((_, i) => words[2 * i]!);
    const firsts = new Uint32Array(count).map((_, i) => words[2 * i + 1]!);
    return new Ipv4Ranges({ firsts, lasts });
  }

  /** A set that was made elsewhere. */
  static fromColumns(columns: RangeColumns): Ipv4Ranges {
    return new Ipv4Ranges(columns);
  }

  /** The set as columns; they are shared, do not write to them. */
  get columns(): RangeColumns {
    return { firsts: this.#firsts, lasts: this.#lasts };
  }

  /** The ranges, ascending. */
  get ranges(): AddressRange[] {
    return Array.from(this.#firsts, (first, i) => ({ first, last: this.#lasts[i]! }));
  }

  /** The address at a place, ascending. */
  at(place: number): number {
    assert(place >= 0 && place < this.size, "There is no such place");
    const range = lastNotAbove(this.#before, place);
    return this.#firsts[range]! + (place - this.#before[range]!);
  }

  /** The place of an address; −1 if it is not in the set. */
  placeOf(address: number): number {
    const range = lastNotAbove(this.#firsts, address);
    if (range < 0 || address > this.#lasts[range]!) return -1;
    return this.#before[range]! + (address - this.#firsts[range]!);
  }

  /** The addresses that are in this set and not in the other. */
  without(other: Ipv4Ranges): Ipv4Ranges {
    const left: AddressRange[] = [];
    const holes = other.ranges;
    let hole = 0;
    for (let { first, last } of this.ranges) {
      while (hole < holes.length && holes[hole]!.last < first) hole++;
      for (let h = hole; h < holes.length && holes[h]!.first <= last; h++) {
        if (holes[h]!.first > first) left.push({ first, last: holes[h]!.first - 1 });
        first = holes[h]!.last + 1;
      }
      if (first <= last) left.push({ first, last });
    }
    return Ipv4Ranges.of(left);
  }

  /** The addresses that are in both sets. */
  within(other: Ipv4Ranges): Ipv4Ranges {
    return this.without(this.without(other));
  }
}

/** Index of the last entry of an ascending column that is not above a value; −1 if all are. */
function lastNotAbove(column: Uint32Array | Float64Array, value: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
