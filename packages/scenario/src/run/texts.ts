/** What is looked at, wanted and got, in the units of /proc, for people. */
import type { Observation } from "../format/expectation.ts";
import {
  type FactUnit,
  FILE_FACTS,
  MACHINE_FACTS,
  MAPPING_FACTS,
  PAGE_FACTS,
  PROCESS_FACTS,
  REAPED_FACTS,
} from "../format/facts.ts";
import type { Place } from "../format/place.ts";
import type { Selection } from "../format/selection.ts";
import type { FactValue, Wanted } from "../format/wanted.ts";

/** `worker1 VmRSS`, `worker1 heap 0..3 mapcount`, `sum of Pss over all`. */
export function observationText(observation: Observation): string {
  switch (observation.subject) {
    case "process":
    case "reaped":
      return `${observation.process} ${observation.fact}`;
    case "mapping":
    case "page":
      return `${placeText(observation.place)} ${observation.fact}`;
    case "file":
      return `${observation.path} ${observation.fact}`;
    case "machine":
      return observation.fact;
    case "sum":
      return `sum of ${observation.fact} over ${observation.of.join(", ")}`;
    case "events": {
      const fields = [...observation.fields].map(([name, value]) => ` ${name}=${value}`);
      return `${observation.kind} events${fields.join("")}`;
    }
    default:
      return "recount";
  }
}

/** The relation, unless it is plain equality, and the value. */
export function wantedText(observation: Observation, { relation, value }: Wanted): string {
  if (observation.subject === "page" && observation.other !== null) {
    return observation.fact === "sameFrameAs"
      ? `the frame of ${placeText(observation.other)}`
      : `another frame than ${placeText(observation.other)}`;
  }
  const text = factText(observation, value);
  return relation === "is" ? text : `${relation} ${text}`;
}

/** A value in its fact's unit. */
export function factText(observation: Observation, value: FactValue): string {
  if (observation.subject === "page" && observation.other !== null) {
    const isSame = value === (observation.fact === "sameFrameAs");
    return isSame ? "the same frame" : "another frame";
  }
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  switch (unitOf(observation)) {
    case "kB":
      return `${value} kB`;
    case "pages":
      return `${value} ${value === 1n ? "page" : "pages"}`;
    default:
      return String(value);
  }
}

export const placeText = ({ process, mapping, pages }: Place): string =>
  [process, mapping ?? "", pages.map(selectionText).join(", ")]
    .filter((one) => one !== "")
    .join(" ");

function selectionText(selection: Selection): string {
  switch (selection.kind) {
    case "percent":
      return selection.percent === 100 ? "" : `${selection.percent}%`;
    case "first":
      return `${selection.pages} pages`;
    default:
      return selection.first === selection.last
        ? String(selection.first)
        : `${selection.first}..${selection.last}`;
  }
}

function unitOf(observation: Observation): FactUnit {
  switch (observation.subject) {
    case "process":
    case "sum":
      return PROCESS_FACTS[observation.fact].unit;
    case "mapping":
      return MAPPING_FACTS[observation.fact].unit;
    case "page":
      return PAGE_FACTS[observation.fact].unit;
    case "file":
      return FILE_FACTS[observation.fact].unit;
    case "machine":
      return MACHINE_FACTS[observation.fact].unit;
    case "reaped":
      return REAPED_FACTS[observation.fact].unit;
    default:
      return "count";
  }
}
