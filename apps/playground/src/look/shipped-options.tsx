/** What a list of shipped texts offers, and the reader's own text where that is what is shown. */
import type { JSX } from "preact";

interface ShippedProps {
  readonly names: Iterable<string>;
  /** Empty for a text of the reader's own. */
  readonly chosen: string;
}

export const ShippedOptions = ({ names, chosen }: ShippedProps): JSX.Element => (
  <>
    {chosen === "" ? <option value="">your own</option> : null}
    {[...names].map((name) => (
      <option key={name} value={name}>
        {name}
      </option>
    ))}
  </>
);
