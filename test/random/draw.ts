/** Drawing figures for random networks. */
import type { Random } from "random";

/** A number between two, with every order of magnitude as likely. */
export function anyScale(random: Random, least: number, most: number): number {
  return least * (most / least) ** random.unit();
}

/** A whole number between two, with every order of magnitude as likely. */
export function anyCount(random: Random, least: number, most: number): number {
  return Math.round(anyScale(random, least, most));
}

/** A whole number between two, each as likely. */
export function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}

/** One of several. */
export function oneOf<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)]!;
}

/** What `make` makes, with a probability; otherwise nothing. */
export function maybe<T>(random: Random, probability: number, make: () => T): T[] {
  return random.chance(probability) ? [make()] : [];
}
