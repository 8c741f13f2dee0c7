// rescale: the operation, put together.
import type { Operation } from "../op.ts";
import { explain } from "./explain.ts";
import { op, type RescaleOptions } from "./op.ts";
import { reference } from "./reference.ts";

export const rescale: Operation<RescaleOptions> = { op, reference, explain };
