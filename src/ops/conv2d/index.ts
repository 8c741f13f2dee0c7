// conv2d: the operation, put together.
import type { Operation } from "../op.ts";
import { explain } from "./explain.ts";
import { type Conv2dOptions, op } from "./op.ts";
import { reference } from "./reference.ts";

export const conv2d: Operation<Conv2dOptions> = { op, reference, explain };
