/** How many events of a kind the step has made, with the fields that are asked for. */
import {
  COUNTED_FUNCTIONS,
  EVENT_CLASSES,
  EVENT_FIELDS,
  EventClass,
  type EventField,
  type KernelEvent,
} from "@forkpath/events";
import * as z from "zod/mini";
import { keysOf } from "../format/keys.ts";
import { about, leaf, oneOf } from "../format/leaves.ts";
import type { Wanted } from "../format/wanted.ts";
import { wantedCount } from "../format/wanted-schema.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { type EventCount, observe, one } from "./observation.ts";
import type { Asked, Subject } from "./subject.ts";

type Kind = Exclude<KernelEvent["kind"], "calls">;
type Value = string | number | boolean;
type Filter = readonly (readonly [field: string, wanted: string])[];

/** `calls` are asked for as calls: with `call`, and the function's name. */
const KINDS = Object.keys(EVENT_FIELDS).filter((kind) => kind !== "calls") as Kind[];
const fieldsOf = (kind: Kind): Readonly<Record<string, EventField>> => EVENT_FIELDS[kind];

const VALUE = "a text, a number, true or false";
const value: z.ZodMiniType<Value> = z.union([z.string(), z.number(), z.boolean()], {
  error: () => VALUE,
});

const keys = z.strictObject({
  events: about(oneOf(...KINDS), "Kind of event."),
  is: about(wantedCount, "How many there were in the step; at the end of all steps, in all."),
  ...Object.fromEntries(
    [...new Set(KINDS.flatMap((kind) => Object.keys(fieldsOf(kind))))].map((field) => [
      field,
      z.exactOptional(about(value, helpOf(field))),
    ]),
  ),
});

/** Which kinds have the field, and its words. */
function helpOf(field: string): string {
  const kinds = KINDS.filter((kind) => Object.hasOwn(fieldsOf(kind), field));
  const words = kinds.map((kind) => fieldsOf(kind)[field]).filter((one) => typeof one === "object");
  const list = [...new Set(words.flat())];
  return `Of ${kinds.join(", ")}${list.length === 0 ? "" : `: ${list.join(", ")}`}.`;
}

/** A kind has some fields only, and a field may have some words only. */
const checked = keys.check(
  z.superRefine(({ events: kind, is: _, ...filter }, context) => {
    const fields = fieldsOf(kind);
    const names = Object.keys(fields);
    for (const [name, wanted] of Object.entries(filter) as [string, Value][]) {
      if (!Object.hasOwn(fields, name)) {
        const message = ["events", "is", ...names].join(" ");
        context.addIssue({ code: "unrecognized_keys", keys: [name], message, input: filter });
        continue;
      }
      const what = whatIsWrong(fields[name], wanted);
      if (what === undefined) continue;
      const values = typeof fields[name] === "object" ? [...fields[name]] : [];
      context.addIssue({
        code: "invalid_value",
        values,
        message: what,
        path: [name],
        input: wanted,
      });
    }
  }),
);

/** What the field would take; undefined where it takes the value. */
function whatIsWrong(field: EventField, wanted: Value): string | undefined {
  if (field === "text") return undefined;
  if (field === "number") return typeof wanted === "number" ? undefined : "a number";
  if (field === "yes") return typeof wanted === "boolean" ? undefined : "true or false";
  const isWord = field.some((word) => isLike(word, String(wanted)));
  return isWord ? undefined : `one of ${field.join(", ")}`;
}

const schema: z.ZodMiniType<Asked[]> = leaf(
  checked,
  "a count of events",
  ({ events: kind, is, ...rest }) => {
    const filter: Filter = Object.entries(rest).map(([name, wanted]) => [name, String(wanted)]);
    const counts = countOf(kind, filter);
    const observation = observe("count", {
      text: `${kind} events${filter.map(([name, wanted]) => ` ${name}=${wanted}`).join("")}`,
      counts,
      look({ counted }) {
        const times = counted.get(counts);
        if (times === undefined) throw new CannotRun("no step has run in which to count them");
        return one(BigInt(times));
      },
    });
    return [{ key: "is", observation, wanted: is as Wanted }];
  },
);

/** Calls of small functions come in batches, and only to an expectation that names them. */
function countOf(kind: Kind, filter: Filter): EventCount {
  const [, fn] = filter.find(([name]) => name === "fn") ?? [];
  const isCounted = (one: string): boolean => fn !== undefined && isLike(one, fn);
  const takesBatches = kind === "call" && COUNTED_FUNCTIONS.some(isCounted);
  return {
    wants: EVENT_CLASSES[kind] | (takesBatches ? EventClass.COUNT : 0),
    timesIn(event) {
      if (event.kind === "calls") return takesBatches && isCounted(event.fn) ? event.times : 0;
      return event.kind === kind && matches(event, filter) ? 1 : 0;
    },
  };
}

/** @param filter each a text, or with `*` at its end or its start, a part of it */
function matches(event: KernelEvent, filter: Filter): boolean {
  return filter.every(([name, wanted]) => isLike(String(Reflect.get(event, name)), wanted));
}

function isLike(text: string, wanted: string): boolean {
  if (wanted.startsWith("*")) return text.endsWith(wanted.slice(1));
  if (wanted.endsWith("*")) return text.startsWith(wanted.slice(0, -1));
  return text === wanted;
}

export const events: Subject = { key: "events", keys: keysOf(schema), schema };
