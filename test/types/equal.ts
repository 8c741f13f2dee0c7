// Holds a value's type to exactly the expected one, at compile time only.

/** true where A and B are the same type, not only assignable to each other. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `is<Expected>()(value)` compiles only where the value's type is exactly Expected; else an argument is missing. */
export declare function is<Expected>(): <Actual>(
  value: Actual,
  ...same: Equal<Expected, Actual> extends true ? [] : ["but its type is", Actual]
) => void;

/** `holds<Equal<A, B>>()` compiles only where the types are the same. */
export declare function holds<_Condition extends true>(): void;
