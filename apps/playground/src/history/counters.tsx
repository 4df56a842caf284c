/** The numbers of one process, and what the step has changed in them. */
import type { JSX } from "preact";
import { sizeText } from "../chunks/words.ts";
import type { SpaceState } from "../worker/protocol.ts";

interface CountersProps {
  readonly space: SpaceState;
  readonly compared: SpaceState | null;
  readonly isAgainst: boolean;
}

/** kB. */
const COUNTERS: readonly (readonly [name: string, title: string, of: (s: SpaceState) => number])[] =
  [
    ["VmRSS", "resident: what /proc/PID/status says", ({ status }) => status.VmRSS],
    ["PSS", "its share of pages that several processes map", ({ sums }) => sums.Pss],
    [
      "its own",
      "pages that only it maps: Private_Clean and Private_Dirty",
      ({ sums }) => sums.Private_Clean + sums.Private_Dirty,
    ],
    ["VmSwap", "swapped out", ({ status }) => status.VmSwap],
    ["VmPTE", "page tables", ({ status }) => status.VmPTE],
  ];

export function Counters({ space, compared, isAgainst }: CountersProps): JSX.Element {
  return (
    <dl class="counters">
      {COUNTERS.map(([name, title, of]) => {
        const now = of(space);
        const then = compared === null ? now : of(compared);
        return (
          <div key={name} title={title}>
            <dt>{name}</dt>
            <dd>
              <b data-counter={name} data-kb={now}>
                {sizeText(now)}
              </b>
              <Delta kb={now - then} isAgainst={isAgainst} />
              {now < 0 ? <Wrapped kb={now} /> : null}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Delta({ kb, isAgainst }: { kb: number; isAgainst: boolean }): JSX.Element | null {
  if (kb === 0) return null;
  const text = `${kb > 0 ? "▲" : "▼"} ${sizeText(Math.abs(kb))}`;
  const words = `${kb > 0 ? "up" : "down"} ${sizeText(Math.abs(kb))}`;
  return (
    <span class={isAgainst ? "delta differs" : "delta"}>
      <span aria-hidden="true">{text}</span>
      <span class="unseen">{words}</span>
    </span>
  );
}

/** A counter below zero is an unsigned long to its readers. */
const Wrapped = ({ kb }: { kb: number }): JSX.Element => (
  <span class="wrapped">reads as {String(BigInt.asUintN(64, BigInt(kb)))} kB</span>
);
