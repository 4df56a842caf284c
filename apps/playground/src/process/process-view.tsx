/** The user's own process: dropped, forked in the model, and told. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { RELEASES } from "../look/releases.ts";
import { useStore } from "../store/context.ts";
import { AreaMap } from "./area-map.tsx";
import { Areas } from "./areas.tsx";
import { Drop } from "./drop.tsx";
import { Growth } from "./growth.tsx";
import { Sides } from "./sides.tsx";
import { Summary } from "./summary.tsx";

export function ProcessView(): JSX.Element {
  const { own } = useStore();
  const { predicted, trouble, kernel } = own;
  const told = predicted.value;
  useEffect(() => own.prepare(), [own]);
  return (
    <div class="process">
      <Drop />
      {trouble.value === null ? null : (
        <p class="problem" role="alert">
          {trouble.value}
        </p>
      )}
      {told === null ? null : (
        <>
          <label class="process-kernel">
            On kernel{" "}
            <select
              value={kernel.value ?? told.prediction.kernel}
              onChange={({ currentTarget: { value } }) =>
                void own.setKernel(RELEASES.find((one) => one === value) ?? null)
              }
            >
              {RELEASES.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
          <div class="process-column">
            <Summary prediction={told.prediction} />
            <Growth prediction={told.prediction} />
          </div>
          <Sides prediction={told.prediction} />
          <AreaMap prediction={told.prediction} />
          <Areas prediction={told.prediction} />
        </>
      )}
    </div>
  );
}
