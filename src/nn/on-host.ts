// Binds what makes models to the machine they will run on.
import type { Host } from "../base/host.ts";
import type { Model } from "./model.ts";

/** The same function, whose models make pauses for `host`. */
export function onHost<Make extends (...given: never[]) => Model>(host: Host, make: Make): Make {
  const made = (...given: Parameters<Make>) => {
    const model = make(...given);
    model.host = host;
    return model;
  };
  return made as unknown as Make;
}
