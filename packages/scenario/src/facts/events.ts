/** How many events of a kind the step has made, with the fields that are asked for. */
import type { KernelEvent } from "@forkpath/events";
import { z } from "zod";
import { about, leaf } from "../format/leaves.ts";
import type { Wanted } from "../format/wanted.ts";
import { wantedCount } from "../format/wanted-schema.ts";
import { observe, one } from "./observation.ts";
import type { Asked, Subject } from "./subject.ts";

type Fields = readonly (readonly [name: string, wanted: string])[];

const schema: z.ZodType<Asked[]> = leaf(
  z
    .strictObject({
      events: about(z.string(), "Kind of event: lock, alloc, rss, flush_tlb, call and others."),
      is: about(wantedCount, "How many there were in the step."),
    })
    .catchall(z.union([z.string(), z.number(), z.boolean()])),
  "a count of events",
  ({ events: kind, is, ...rest }) => {
    const fields: Fields = Object.entries(rest).map(([name, value]) => [name, String(value)]);
    const observation = observe("count", {
      text: `${kind} events${fields.map(([name, value]) => ` ${name}=${value}`).join("")}`,
      needsEvents: true,
      look: ({ events }) =>
        one(BigInt(events.filter((event) => matches(event, kind, fields)).length)),
    });
    return [{ key: "is", observation, wanted: is as Wanted }];
  },
);

/** @param fields each a text, or with `*` at its end or its start, a part of it */
function matches(event: KernelEvent, kind: string, fields: Fields): boolean {
  if (event.kind !== kind) return false;
  const values = event as unknown as Readonly<Record<string, unknown>>;
  return fields.every(([name, wanted]) => isLike(String(values[name]), wanted));
}

function isLike(text: string, wanted: string): boolean {
  if (wanted.startsWith("*")) return text.endsWith(wanted.slice(1));
  if (wanted.endsWith("*")) return text.startsWith(wanted.slice(0, -1));
  return text === wanted;
}

export const events: Subject = { key: "events", schema };
