/** Parses an option that is a whole number, and says what is wrong with one that is not. */
import { InvalidArgumentError } from "commander";

/** @throws InvalidArgumentError from the parser, which commander turns into a usage error */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
