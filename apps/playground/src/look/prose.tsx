/** The words of a scenario: paragraphs, and drawings, which are indented lines. */
import type { JSX } from "preact";

/** A drawing may be wider than its place: what scrolls has to be reached by keys. */
const SCROLLED = { tabIndex: 0 };

export function Prose({ text }: { text: string }): JSX.Element {
  return (
    <>
      {partsOf(text).map((part) =>
        part.startsWith(" ") ? (
          <pre key={part} {...SCROLLED}>
            {part}
          </pre>
        ) : (
          <p key={part}>{part}</p>
        ),
      )}
    </>
  );
}

/** Indented lines that follow each other are one part. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const last = parts.at(-1);
    if (last?.startsWith(" ") && line.startsWith(" ")) parts[parts.length - 1] = `${last}\n${line}`;
    else parts.push(line);
  }
  return parts;
}
