// What an operation that learns nothing says of its parameters.
import type { Sight } from "./op.ts";

export function noParameters(): Record<string, never> {
  return {};
}

/** Throws: such an operation has no parameter, so no address leads here. */
export function noParameterGradient(_sight: Sight<object>, name: string): never {
  throw new RangeError(`this operation has no parameter ${name}`);
}
