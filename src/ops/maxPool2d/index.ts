// maxPool2d: the operation, put together.
import type { Operation } from "../op.ts";
import type { PoolOptions } from "../pooling.ts";
import { explain } from "./explain.ts";
import { op } from "./op.ts";
import { reference } from "./reference.ts";

export const maxPool2d: Operation<PoolOptions> = { op, reference, explain };
