/** The bits of an entry, lit or struck out. */
import type { JSX } from "preact";
import type { PageLook } from "../chunks/hold.ts";

/** In the order of the word, lowest first. */
const BITS = ["PRESENT", "RW", "USER", "PWT", "PCD", "ACCESSED", "DIRTY", "PSE", "GLOBAL"];
const MORE = ["SPECIAL", "NX"];

/** Only a present entry has them: other words mean something else. */
export function EntryBits({ look }: { look: PageLook }): JSX.Element | null {
  if (look.letter === "-") return null;
  const isPresent = "WrFfzpH".includes(look.letter);
  if (!isPresent) {
    return (
      <>
        <dt>entry</dt>
        <dd>not present</dd>
      </>
    );
  }
  const lit = new Set(look.bits);
  const known = [...BITS, ...MORE];
  const strange = look.bits.filter((bit) => !known.includes(bit));
  return (
    <>
      <dt>entry bits</dt>
      <dd class="bits">
        {[...known, ...strange].map((bit) =>
          lit.has(bit) ? (
            <span key={bit} class="bit lit">
              {bit.toLowerCase()}
            </span>
          ) : (
            <s key={bit} class="bit">
              {bit.toLowerCase()}
            </s>
          ),
        )}
      </dd>
    </>
  );
}
