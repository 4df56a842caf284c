/**
 * Pieces of source that a document shows. A fenced block that names a file holds whole lines of it:
 *
 *    ```ts packages/mm/src/copy/one-pte.ts
 *
 * A line with `…` and nothing else leaves lines out. Indentation that all lines share may be
 * missing.
 */

/** Runs of lines, in their order: a gap, a line that says that some are left out, ends one. */
export function piecesOf(lines: readonly string[], isGap: (line: string) => boolean): string[][] {
  const pieces: string[][] = [[]];
  for (const line of lines) {
    if (isGap(line)) pieces.push([]);
    else pieces.at(-1)!.push(line);
  }
  return pieces;
}

/** The first line of a piece that `text` does not have after the pieces before it; "" if none. */
export function missingPiece(text: string, body: string): string {
  const lines = text.split("\n");
  const pieces = piecesOf(body.trimEnd().split("\n"), (line) => line.trim() === "…");
  let from = 0;
  for (const piece of pieces) {
    const at = lines.findIndex((_, index) => index >= from && holdsAt(lines, index, piece));
    if (at < 0) return piece.find((line) => line.trim() !== "") ?? "an empty piece";
    from = at + piece.length;
  }
  return "";
}

function holdsAt(lines: readonly string[], index: number, piece: readonly string[]): boolean {
  const [first = ""] = piece;
  const here = lines[index]!;
  if (!here.endsWith(first)) return false;
  const indent = here.slice(0, here.length - first.length);
  if (indent.trim() !== "" || first.trim() === "") return false;
  return piece.every((line, offset) => {
    const wanted = line === "" ? "" : indent + line;
    return lines[index + offset] === wanted;
  });
}
