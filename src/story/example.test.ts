// Worked examples: the numbers a person can check by hand, computed by the operations themselves.
import { describe, expect, test } from "vitest";
import { operations } from "../ops/index.ts";
import { type WorkedExample, workedExample } from "./example.ts";

const worked = async (op: string) => (await workedExample(op)) as WorkedExample;

describe("worked examples", () => {
  test.each(Object.keys(operations))("%s: every account adds up to the stored number", async (op) => {
    const { accounts, outputs } = await worked(op);
    expect(accounts.length).toBeGreaterThan(0);
    expect(outputs.out.values.length).toBeGreaterThan(0);
    for (const account of accounts) expect(account.residual).toBe(0);
  });

  test("conv2d: region 1…9 under rows 1, 0, −1 gives −6, the flipped kernel +6", async () => {
    const { inputs, outputs, accounts } = await worked("conv2d");
    expect(inputs.image.shape).toEqual([5, 5, 1]);
    expect(outputs.out.shape).toEqual([3, 3, 1]);
    expect(accounts[0]).toMatchObject({ address: "conv1.out[0,0,0]", value: -6, combine: "sum" });
    expect(accounts[0].terms.map(({ value }) => value)).toEqual([1, 0, -3, 4, 0, -6, 7, 0, -9]);
    expect(accounts[1].value).toBe(6);
  });

  test("conv2d: three kernels give three stacked channels", async () => {
    const { outputs } = await worked("conv2d");
    expect(outputs.channels.shape).toEqual([3, 3, 3]);
    expect(outputs.channels.values.filter((_, k) => k % 3 === 0)).toEqual(outputs.out.values);
  });

  test("maxPool2d: a 4×4 input gives 6, 4, 8, 9", async () => {
    const { outputs } = await worked("maxPool2d");
    expect(outputs.out.values).toEqual([6, 4, 8, 9]);
  });

  test("relu: closed at −6 and at 0, forward and backward", async () => {
    const { accounts, outputs, inputs } = await worked("relu");
    const [values] = Object.values(inputs);
    expect(values.values).toEqual(expect.arrayContaining([-6, 0]));
    expect(outputs.out.values.every((value) => value >= 0)).toBe(true);
    expect(accounts[0]).toMatchObject({ combine: "gate", value: 0 });
    expect(accounts[0].terms[0].factors.map(({ value }) => value)).toEqual([-6, 0]);
    const slopes = accounts.filter(({ address }) => address.startsWith("grad(")).map(({ value }) => value);
    expect(slopes).toEqual([0, 0, 1]);
  });

  test("an operation that does not exist has no example", async () => {
    expect(await workedExample("conv3d")).toBeUndefined();
    expect(await workedExample("constructor")).toBeUndefined();
  });
});
