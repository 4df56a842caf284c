/** One process: who it is, what it counts, and a map for each of its areas. */
import { KB_PER_PAGE, PAGE_SIZE } from "@forkpath/abi";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Chunks } from "../chunks/hold.ts";
import { pagesText, sizeText } from "../chunks/words.ts";
import { useWidth } from "../look/width.ts";
import type { Compared } from "../map/codes.ts";
import { PageMap } from "../map/page-map.tsx";
import { areaName, type Shown } from "../store/names.ts";
import type { AreaState, SpaceState } from "../worker/protocol.ts";
import { Counters } from "./counters.tsx";

/** A whole space, with its counters. */
export interface ComparedSpace extends Compared {
  readonly space: SpaceState;
}

export interface ProcessPanelProps {
  readonly letter: "A" | "B";
  readonly side: 0 | 1;
  /** What stands beside the letter: a select, or a name. */
  readonly heading: JSX.Element;
  readonly shown: Shown | null;
  readonly chunks: Chunks;
  /** The same memory before the step, or on the other machine. */
  readonly compared: ComparedSpace | null;
  /** Whether `compared` is the other machine. */
  readonly isAgainst: boolean;
}

export function ProcessPanel(props: ProcessPanelProps): JSX.Element {
  const { letter, heading, shown } = props;
  return (
    <section class="panel" aria-label={`process ${letter}`}>
      <header class="panel-head">
        <span class={`badge badge-${letter}`} aria-hidden="true">
          {letter}
        </span>
        {heading}
        <span class="panel-about">{shown?.about ?? "no process"}</span>
      </header>
      {shown?.space ? (
        <Memory {...props} shown={shown} space={shown.space} />
      ) : (
        <p class="empty">{shown === null ? "There is no second process." : "It has no memory."}</p>
      )}
    </section>
  );
}

type MemoryProps = ProcessPanelProps & { readonly shown: Shown; readonly space: SpaceState };

function Memory({ shown, space, chunks, compared, isAgainst, side }: MemoryProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  return (
    <>
      <Counters space={space} compared={compared?.space ?? null} isAgainst={isAgainst} />
      <div ref={box} class="areas">
        {width === 0
          ? null
          : space.areas.map((area) => (
              <div class="area" key={area.start}>
                <AreaHead area={area} />
                <PageMap
                  chunks={chunks}
                  space={space}
                  area={area}
                  compared={compared}
                  side={side}
                  owner={shown.name}
                  width={width}
                />
              </div>
            ))}
      </div>
    </>
  );
}

function AreaHead({ area }: { area: AreaState }): JSX.Element {
  const pages = (area.end - area.start) / PAGE_SIZE;
  return (
    <h3 class="area-head">
      <b>{areaName(area)}</b> <code>{area.start.toString(16)}</code> <code>{area.permissions}</code>{" "}
      <span>
        {pagesText(pages)}, {sizeText(pages * KB_PER_PAGE)}
      </span>
    </h3>
  );
}
