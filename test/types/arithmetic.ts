// Arithmetic on sizes in the type system, each result by hand.
import type { Add, Div, Mod, Mul, Sub } from "../../src/nn/types/arithmetic.ts";
import { type Equal, holds } from "./equal.ts";

holds<Equal<Add<0, 0>, 0>>();
holds<Equal<Add<999, 1>, 1000>>();
holds<Equal<Add<4096, 65536>, 69632>>();
holds<Equal<Add<number, 1>, number>>();
holds<Equal<Add<1.5, 1>, number>>();
holds<Equal<Add<-1, 1>, number>>();
holds<Equal<Add<"none", 1>, "none">>();
holds<Equal<Add<number, "none">, "none">>();

holds<Equal<Sub<28, 3>, 25>>();
holds<Equal<Sub<1000, 1>, 999>>();
holds<Equal<Sub<5, 5>, 0>>();
holds<Equal<Sub<100, 5>, 95>>();
holds<Equal<Sub<5, 6>, "none">>();
holds<Equal<Sub<5, 100>, "none">>();
holds<Equal<Sub<number, 6>, number>>();
holds<Equal<Sub<3 | 5, 1>, number>>();

holds<Equal<Mul<0, 7>, 0>>();
holds<Equal<Mul<7, 0>, 0>>();
holds<Equal<Mul<64, 64>, 4096>>();
holds<Equal<Mul<4096, 4096>, 16777216>>();
holds<Equal<Mul<1001, 9999>, 10008999>>();
holds<Equal<Mul<"none", 2>, "none">>();

holds<Equal<Div<4096, 3>, 1365>>();
holds<Equal<Div<25, 1>, 25>>();
holds<Equal<Div<7, 8>, 0>>();
holds<Equal<Div<1000, 10>, 100>>();
holds<Equal<Div<0, 3>, 0>>();
holds<Equal<Div<1, 0>, "none">>();
holds<Equal<Div<number, 3>, number>>();

holds<Equal<Mod<4096, 3>, 1>>();
holds<Equal<Mod<25, 1>, 0>>();
holds<Equal<Mod<7, 8>, 7>>();
holds<Equal<Mod<1000, 10>, 0>>();
holds<Equal<Mod<0, 3>, 0>>();
holds<Equal<Mod<5, 0>, "none">>();
holds<Equal<Mod<number, 3>, number>>();
