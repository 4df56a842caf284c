/** Any area of the captured process, page by page, as it is before the fork. */
import { PTRS_PER_TABLE } from "@forkpath/abi";
import type { Prediction } from "@forkpath/predict";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { lookAtPage } from "../chunks/hold.ts";
import { grouped, LETTER_WORDS, pagesText } from "../chunks/words.ts";
import { Legend } from "../history/legend.tsx";
import { useWidth } from "../look/width.ts";
import { PageMap } from "../map/page-map.tsx";
import { useStore } from "../store/context.ts";
import { spotName } from "../store/names.ts";
import type { CapturedMap } from "../worker/protocol.ts";

const KB = 1024;

export function AreaMap({ prediction }: { prediction: Prediction }): JSX.Element | null {
  const { own } = useStore();
  const drawn = own.map.value;
  if (drawn === null) return null;
  const { area } = drawn;
  const fate = prediction.areas.find(({ start }) => start === area.start);
  return (
    <section class="panel map-panel" aria-label="pages of an area">
      <h2>Page by page</h2>
      <label class="area-choice">
        Area{" "}
        <select
          id="area"
          value={area.start}
          onChange={({ currentTarget: { value } }) => void own.draw(Number(value))}
        >
          {prediction.areas.map(({ start, end, name }) => (
            <option key={start} value={start}>
              {start.toString(16)} {name || "without a name"}, {grouped((end - start) / KB)} kB
            </option>
          ))}
        </select>
      </label>
      <p class="note">
        {area.permissions}, before the fork
        {fate === undefined
          ? ""
          : `; fork ${fate.isCopied ? "copies" : "skips"} it (${fate.clause})`}
      </p>
      <Legend spaces={[drawn.space]} />
      <Cells drawn={drawn} />
      <Hovered drawn={drawn} />
    </section>
  );
}

function Cells({ drawn: { area, space, left } }: { drawn: CapturedMap }): JSX.Element {
  const { own } = useStore();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  return (
    <div ref={box}>
      {width === 0 ? null : (
        <PageMap
          chunks={own.chunks}
          space={space}
          area={area}
          compared={null}
          side={0}
          owner={own.predicted.value?.prediction.comm ?? "process"}
          width={width}
          isPinnable={false}
        />
      )}
      {left === 0 ? null : (
        <p class="note">{pagesText(left * PTRS_PER_TABLE)} behind the first 4 GiB are not drawn.</p>
      )}
    </div>
  );
}

/** What is under the pointer or the cursor, in words. */
function Hovered({ drawn: { space } }: { drawn: CapturedMap }): JSX.Element {
  const { own, hovered } = useStore();
  const spot = hovered.value;
  if (spot === null || spot.mm !== space.mm) {
    return <p class="note hovered">Point at a page, or move over the map with the arrow keys.</p>;
  }
  const { letter, frame, mapcount } = lookAtPage(own.chunks, space, spot.addr);
  const where = frame === null ? "" : letter === "s" ? `, slot ${frame}` : `, frame ${frame}`;
  const others = mapcount >= 2 ? ", others map it too" : "";
  return (
    <p class="note hovered">
      <code>{spot.addr.toString(16)}</code> {spotName(space, spot.addr)}: {LETTER_WORDS[letter]}
      {where}
      {others}
    </p>
  );
}
