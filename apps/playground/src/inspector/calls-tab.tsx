/** Which kernel function called which, how often, and what it allocated. */
import type { CallNode } from "@forkpath/picture";
import type { JSX } from "preact";
import { grouped } from "../chunks/words.ts";
import { useStore } from "../store/context.ts";

export function CallsTab(): JSX.Element {
  const { history } = useStore();
  const traced = history.traced.value;
  const inside = history.inside.value;
  if (history.step.value === 0) return <p class="empty">Nothing is called at the start.</p>;
  if (traced === null || traced.step !== history.step.value) return <p class="empty">…</p>;
  if (traced.calls.callees.length === 0) return <p class="empty">The step makes no call.</p>;
  return (
    <>
      <h3 class="unseen">Calls</h3>
      <p class="note">
        Kernel functions of this step, how often, and what they allocated
        {inside === null ? "." : "; those that are open now are lit."}
      </p>
      <Callees nodes={traced.calls.callees} lit={inside?.stack ?? []} />
    </>
  );
}

/** @param lit functions that are open, outermost first */
function Callees({ nodes, lit }: { nodes: readonly CallNode[]; lit: readonly string[] }) {
  return (
    <ul class="calls">
      {nodes.map((node) => {
        const isLit = lit[0] === node.fn;
        return (
          <li key={node.fn}>
            <span class={isLit ? "call lit" : "call"}>
              <code>{node.fn}</code>
              {node.calls > 1 ? <span class="times"> × {grouped(node.calls)}</span> : null}
              <Made node={node} />
              {isLit ? <span class="unseen"> open now</span> : null}
            </span>
            {node.callees.length === 0 ? null : (
              <Callees nodes={node.callees} lit={isLit ? lit.slice(1) : []} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Made({ node: { allocs, rss } }: { node: CallNode }): JSX.Element | null {
  const made = Object.entries(allocs).map(([what, count]) =>
    count === 1 ? what : `${grouped(count)} ${what}`,
  );
  const counted = Object.entries(rss)
    .filter(([, pages]) => pages !== 0)
    .map(([sort, pages]) => `${sort} ${pages > 0 ? "+" : ""}${pages}`);
  const words = [...made, ...counted].join(", ");
  return words === "" ? null : <span class="made"> {words}</span>;
}
