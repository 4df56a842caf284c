/** The worker for captures: apart, so that a page without one does not fetch what reads them. */
import type { Capture } from "@forkpath/procfs";
import { predictCapture, readCapture } from "./capture.ts";
import { mapOfArea } from "./captured-map.ts";
import type { Calls, Kind, Request } from "./protocol.ts";
import { serve } from "./serve.ts";

/** The capture that the page shows. */
class Desk {
  private capture: Capture | null = null;

  async answer({ kind, args }: Request): Promise<ReturnType<Calls[Kind]>> {
    switch (kind) {
      case "predict":
        return this.predict(...(args as Parameters<Calls["predict"]>));
      case "prepare":
        return null;
      case "map":
        if (this.capture === null) throw new RangeError("map: no capture is open");
        return mapOfArea(this.capture, ...(args as Parameters<Calls["map"]>));
      default:
        throw new RangeError(`${kind}: another worker does that`);
    }
  }

  /** What was open stays open where the new files are broken. */
  private async predict(
    ...[files, kernel]: Parameters<Calls["predict"]>
  ): Promise<ReturnType<Calls["predict"]>> {
    const began = performance.now();
    const capture = await readCapture(files);
    const predicted = predictCapture(capture, files, kernel, began);
    this.capture = capture;
    return predicted;
  }
}

const desk = new Desk();

serve((request) => desk.answer(request));
