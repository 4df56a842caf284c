/** Strategies as people write them: `dpor`, `bounded:2`, `pct:7,3`, `random:7`. */
import { bounded, dfs, dpor, pct, random, type Strategy, WantedError } from "@forkpath/interleave";
import { kernelApart, kernelDependence, kernelForced } from "./dependence.ts";

interface Form {
  /** How it is written. */
  readonly form: string;
  readonly make: (runs: number, ...numbers: number[]) => Strategy;
  /** How many numbers come behind the colon. */
  readonly numbers: number;
}

const FORMS: Readonly<Record<string, Form>> = {
  dfs: { form: "dfs", numbers: 0, make: () => dfs() },
  dpor: {
    form: "dpor",
    numbers: 0,
    make: () => dpor({ dependent: kernelDependence, forced: kernelForced, apart: kernelApart }),
  },
  bounded: { form: "bounded:PREEMPTIONS", numbers: 1, make: (_runs, count) => bounded(count) },
  pct: {
    form: "pct:SEED,DEPTH",
    numbers: 2,
    make: (runs, seed, depth) => pct(seed, depth, runs),
  },
  random: { form: "random:SEED", numbers: 1, make: (runs, seed) => random(seed, runs) },
};

/** Every way to write a strategy. */
export const STRATEGY_FORMS: readonly string[] = Object.values(FORMS).map(({ form }) => form);

/**
 * @param runs how many schedules `pct` and `random` take
 * @throws WantedError for what is no strategy, or has a number out of range
 * @example
 * ```ts
 * import { parseStrategy } from "@forkpath/explore";
 * console.log(parseStrategy("bounded:2", 1000).name); // bounded(2)
 * ```
 */
export function parseStrategy(text: string, runs: number): Strategy {
  const [name, ...rest] = text.split(":");
  const numbers = rest.flatMap((list) => list.split(",")).map(wholeNumber);
  const known = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  const isOdd = rest.length > 1 || numbers.length !== known?.numbers || numbers.some(Number.isNaN);
  if (known === undefined || isOdd) {
    const forms = STRATEGY_FORMS.join(", ");
    throw new WantedError("parseStrategy", `wanted ${forms}, got ${JSON.stringify(text)}`);
  }
  return known.make(runs, ...numbers);
}

/** Digits only: to `Number`, an empty text is 0 and `0x10` is 16. */
const wholeNumber = (text: string): number => (/^[0-9]+$/.test(text) ? Number(text) : Number.NaN);
