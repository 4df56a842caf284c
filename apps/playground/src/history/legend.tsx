/** What the colours and letters mean: those that can be seen now. */
import type { JSX } from "preact";
import { LETTER_WORDS, LETTERS } from "../chunks/words.ts";
import type { MapSpace } from "../worker/protocol.ts";

export function Legend({ spaces }: { spaces: readonly MapSpace[] }): JSX.Element {
  const words = spaces.flatMap(({ areas }) => areas.flatMap((area) => area.words));
  const seen = LETTERS.filter((letter) => words.some((word) => word.letter === letter));
  const isAnyShared = words.some(({ isShared }) => isShared);
  return (
    <ul class="legend" aria-label="what the cells mean">
      {seen.map((letter) => (
        <li key={letter}>
          <span class={`cell cell-${letter === "-" ? "none" : letter}`} aria-hidden="true">
            {letter === "-" ? "" : letter}
          </span>
          {LETTER_WORDS[letter]}
        </li>
      ))}
      {isAnyShared ? (
        <li>
          <span class="cell cell-ring" aria-hidden="true" />
          pale, or a ring: others map it too
        </li>
      ) : null}
    </ul>
  );
}
