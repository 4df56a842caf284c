/**
 * How much is written after a fork, as an option: `10%`, `25000` pages, `64MB`, `5000/s`, `20MB/s`.
 */
import type { Writes } from "@forkpath/predict";
import { InvalidArgumentError } from "commander";

const PAGE_BYTES = 4096;
const FORM = /^(\d{1,15}(?:\.\d{1,6})?)(%|(?:([kKMGT])i?B)?(\/s)?)$/;
const POWERS: Readonly<Record<string, number>> = { k: 1, K: 1, M: 2, G: 3, T: 4 };

/** @throws InvalidArgumentError, which commander turns into a usage error */
export function parseWrites(text: string): Writes {
  const found = FORM.exec(text.trim());
  if (found === null) {
    throw new InvalidArgumentError(
      "Expected a share such as 10%, pages such as 25000 or 64MB, or either a second: 5000/s.",
    );
  }
  const [, digits, unit, power, perSecond] = found;
  const value = Number(digits);
  if (unit === "%") {
    if (value > 100) throw new InvalidArgumentError("A share is 100% at the most.");
    return { kind: "share", share: value / 100 };
  }
  const bytes = power === undefined ? null : value * 1024 ** POWERS[power];
  const pages = bytes === null ? value : bytes / PAGE_BYTES;
  return perSecond === undefined ? { kind: "pages", pages } : { kind: "rate", perSecond: pages };
}
