/** The call tree as lines: branches, how often, and what was done. */
import type { CallNode } from "@forkpath/picture";
import type { Colors } from "../terminal.ts";

/** Columns of the names with their branches, and of the counts. */
const NAME_WIDTH = 42;
const CALLS_WIDTH = 6;

/** Everything below `root`, which itself is not drawn. */
export function drawTree(root: CallNode, colors: Colors): string[] {
  const heading = "function".padEnd(NAME_WIDTH) + "calls".padStart(CALLS_WIDTH);
  const lines = root.callees.flatMap((node) => drawNode(node, "", "", colors));
  return [colors.dim(heading), ...lines];
}

/** `own` stands before the node's name, `below` before those of its callees. */
function drawNode(node: CallNode, own: string, below: string, colors: Colors): string[] {
  const last = node.callees.length - 1;
  const lines = node.callees.flatMap((callee, index) =>
    index === last
      ? drawNode(callee, `${below}└─ `, `${below}   `, colors)
      : drawNode(callee, `${below}├─ `, `${below}│  `, colors),
  );
  return [nodeLine(node, own, colors), ...lines];
}

function nodeLine(node: CallNode, branches: string, colors: Colors): string {
  const name = colors.cyan(node.fn) + "".padEnd(NAME_WIDTH - branches.length - node.fn.length);
  const calls = `${node.calls}`.padStart(CALLS_WIDTH);
  const deeds = deedsOf(node);
  const tail = deeds === "" ? "" : `  ${colors.dim(deeds)}`;
  return `${colors.dim(branches)}${name}${calls}${tail}`;
}

/** `allocates mm, pgd`, `file +3, anon +7`, or where the number comes from. */
function deedsOf({ allocs, rss, countedFrom }: CallNode): string {
  if (countedFrom === "letters") return "counted from the child's letters, not traced";
  const objects = Object.entries(allocs).map(([what, times]) =>
    times === 1 ? what : `${times} ${what}`,
  );
  if (objects.length > 0) return `allocates ${objects.join(", ")}`;
  return Object.entries(rss)
    .filter(([, pages]) => pages !== 0)
    .map(([counter, pages]) => `${counter} ${pages > 0 ? "+" : ""}${pages}`)
    .join(", ");
}
