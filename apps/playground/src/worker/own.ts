/** The worker for captures: apart, so that a page without one does not fetch what reads them. */
import { predictCapture } from "./capture.ts";
import type { Calls } from "./protocol.ts";
import { serve } from "./serve.ts";

serve(({ kind, args }) => {
  if (kind !== "predict") throw new RangeError(`${kind}: another worker does that`);
  return predictCapture(...(args as Parameters<Calls["predict"]>));
});
