/** One step looked at closely: what it calls, and what is there in the middle of it. */
export { Insight } from "./inside.ts";
export { traceStep } from "./trace.ts";
