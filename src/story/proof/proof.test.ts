// Proofs of a step: counts by hand, numbers drawn over everything, and what was tampered with is found.
import { describe, expect, test } from "vitest";
import { randomNetwork } from "../../../test/story/networks.ts";
import type { CutawayError } from "../../base/errors.ts";
import type { Backend } from "../../graph/backend.ts";
import type { Network, Node } from "../../graph/network.ts";
import { sequential } from "../../nn/build.ts";
import { conv2d, dense } from "../../nn/layers.ts";
import { Model } from "../../nn/model.ts";
import type { Values } from "../../ops/op.ts";
import type { Account } from "../../trace/account.ts";
import type { Term } from "../../trace/terms.ts";
import { checkGradients } from "../check.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import { prove, stamp } from "./proof.ts";
import { readd } from "./readd.ts";

const six = () => lesson6() as unknown as Model;
const request = { input: lesson6Image, label: lesson6Label };
const openSix = (backend: Backend = "reference") => explain(six(), { ...request, backend });
const all = (opened: Opened) => readd(opened, "all", 0, undefined);

describe("counts", () => {
  test("two inputs, two units, by hand", async () => {
    const model = sequential([2], dense({ units: 2 })) as unknown as Model;
    const proof = await prove(model, { input: [1, 2], label: 0, numbers: "all", gradients: "all" });
    // Of forward values: 2 logits of 3 terms, 2 probabilities of 3, the loss of 3. Gradients: 2 pixels of 2 terms, 4 weights and 2 biases of 1,
    // logit 0 of 2 terms (p and −1), logit 1 of 1, probability 0 of 1, the loss of 1. After the step: 6 parameters of 2 terms.
    const opened = await explain(model, { input: [1, 2], label: 0 });
    const seeds = ["grad:logits[0]", "grad:logits[1]", "grad:probs[0]", "grad:probs[1]", "grad:loss"];
    const heads = seeds.reduce((sum, address) => sum + opened.at(address).terms.length, 0);
    expect(proof.numbers).toBe(5 + 2 + 6 + 5 + 6);
    expect(proof.terms).toBe(6 + 6 + 3 + 4 + 6 + heads + 12);
    expect(proof).toMatchObject({ exact: proof.numbers, passed: true, seed: 0, gradients: { checked: 6, kinks: [] } });
    expect(proof.worst).toMatchObject({ residual: 0, ulps: 0, bound: 0 });
    expect(proof.text.split("\n")).toEqual([
      `24 numbers re-added from ${proof.terms} terms: 24 exactly, no distance anywhere.`,
      expect.stringMatching(
        /^6 gradients against central differences: worst relative distance \S+ \(allowed 0\.000001\); no kinks\.$/,
      ),
    ]);
  });

  test("the lesson's network, every number", async () => {
    const proof = await prove(six(), { ...request, numbers: "all", gradients: "all" });
    // input 36, rescale 36, conv and relu 48, pool and flatten 12, logits and probs 3, loss 1; parameters 27 + 36 + 3.
    expect(proof.numbers).toBe(36 + 2 * (36 + 48 + 48 + 12 + 12 + 3 + 3 + 1) + 2 * 66);
    expect(proof).toMatchObject({ exact: 494, passed: true, gradients: { checked: 66 } });
    expect(proof.gradients.worstRelative).toBeLessThan(1e-8);
    expect(proof.text).toContain("494 numbers re-added from 1,854 terms: 494 exactly");
  });

  test("kinks are named", async () => {
    // Weights of 0 put every pre-activation on the kink: a nudge opens gates wherever a pixel is not 0.
    const model = six();
    model.parameters.get("conv1.kernel")?.data.fill(0);
    const proof = await prove(model, { ...request, gradients: "all" });
    expect(proof.passed).toBe(true);
    expect(proof.gradients.kinks).toHaveLength(27);
    expect(proof.gradients.checked).toBe(39);
    const [{ parameter, at }] = proof.gradients.kinks;
    expect(proof.text).toContain(`27 kinks not compared: ${parameter} changes the choice at ${at}; `);
    expect(proof.text).toMatch(/; and 24 more\.$/);
    expect(proof.text.split("\n")).toHaveLength(2);
  });
});

/** The addresses that are opened one by one, in order. */
async function drawn(numbers: number | "all", seed: number): Promise<string[]> {
  const opened = await openSix();
  const addresses: string[] = [];
  const at = (address: string) => {
    addresses.push(address);
    return opened.at(address);
  };
  await readd(spied(opened, { at }), numbers, seed, undefined);
  return addresses;
}

/** An opened network with some of its answers changed. */
function spied(opened: Opened, changed: Partial<Opened>): Opened {
  const { network, samples } = opened;
  return {
    network,
    samples,
    at: (address) => opened.at(address),
    value: (address) => opened.value(address),
    tensor: (address) => opened.tensor(address),
    places: () => opened.places(),
    ...changed,
  } as Opened;
}

const layers = "input rescale1 conv1 relu1 pool1 flatten1 logits dense1 probs loss".split(" ");
const nodeOf = (address: string) => /^(?:\w+:)?(\w+)/.exec(address)?.[1] ?? "";

describe("drawing", () => {
  test.each([1, 9, 10, 22, 200, 493, 494, 1000])("%d numbers, none twice", async (numbers) => {
    const addresses = await drawn(numbers, 3);
    expect(addresses).toHaveLength(Math.min(numbers, 494));
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  test("every layer, then every tensor and scope, then evenly", async () => {
    const nine = (await drawn(9, 5)).map(nodeOf).map((node) => (node === "dense1" ? "logits" : node));
    expect(nine.sort()).toEqual(layers.filter((name) => name !== "dense1").sort());
    const tensors = (addresses: string[]) => addresses.map((address) => address.replace(/\[.*/, ""));
    expect(new Set(tensors(await drawn(23, 5))).size).toBe(23);
    const counts = new Map<string, number>();
    for (const name of tensors(await drawn(200, 5))) counts.set(name, (counts.get(name) ?? 0) + 1);
    // Small tensors whole, the others alike but for one.
    const large = [...counts].filter(([name]) => !/bias|loss|probs|logits/.test(name)).map(([, count]) => count);
    expect(Math.max(...large) - Math.min(...large)).toBeLessThanOrEqual(3);
    expect(new Set((await drawn(200, 5)).map((address) => address.split(":")[0])).has("next")).toBe(true);
  });

  test("by seed, and nothing else", async () => {
    expect(await drawn(50, 1)).toEqual(await drawn(50, 1));
    expect(await drawn(50, 1)).not.toEqual(await drawn(50, 2));
  });
});

describe("what was tampered with is found", () => {
  test.each(["conv1.out", "probs", "grad:pool1.out", "grad:conv1.kernel", "next:dense1.weight", "next:conv1.kernel"])(
    "a stored number of %s",
    async (name) => {
      const opened = await openSix();
      expect((await all(opened)).wrong).toEqual([]);
      opened.tensor(name).data[1] += 1e-12;
      const { wrong, exact, numbers, worst } = await all(opened);
      expect(wrong.some((sentence) => sentence.startsWith(`${name}[`))).toBe(true);
      expect(exact).toBeLessThan(numbers);
      expect(worst.residual).not.toBe(0);
    },
  );

  test("a number of the fast engine, by more than rounding", async () => {
    const opened = await openSix("auto");
    const before = await all(opened);
    expect(before.wrong).toEqual([]);
    expect(before.exact).toBeLessThan(before.numbers);
    expect(Math.abs(before.worst.residual)).toBeLessThanOrEqual(before.worst.bound);
    const { data } = opened.tensor("grad:conv1.kernel");
    data[0] += 4 * opened.at("grad:conv1.kernel[0,0,0,0]").bound;
    const { wrong, worst } = await all(opened);
    expect(wrong[0]).toContain("grad:conv1.kernel[0,0,0,0] stores ");
    expect(worst.address).toBe("grad:conv1.kernel[0,0,0,0]");
  });

  const main = "grad:conv1.kernel[0,0,0,0]";
  const lies: Record<string, (account: Account) => Account> = {
    total: (account) => ({ ...account, total: account.value + 1 }),
    value: (account) => ({ ...account, value: account.value + 1e-9, total: account.total + 1e-9 }),
    "value and running sums": (account) => {
      const terms = account.terms.map((term): Term => ({ ...term, running: term.running + 1 }));
      return { ...account, terms, total: account.total + 1, value: account.value + 1 };
    },
    "two operands whose sum is right": (account) => {
      const halved = account.terms.map((term): Term => {
        const [d, x] = term.factors;
        return {
          ...term,
          factors: [
            { ...d, value: d.value / 2 },
            { ...x, value: x.value * 2 },
          ],
        };
      });
      return { ...account, terms: halved };
    },
    "a number that is none": (account) => ({ ...account, value: Number.NaN, total: Number.NaN }),
  };

  test.each(Object.keys(lies))("an account that lies about %s", async (what) => {
    const opened = await openSix();
    const at = (address: string) => (address === main ? lies[what](opened.at(address)) : opened.at(address));
    const found = await all(spied(opened, { at }));
    expect(found.wrong).toHaveLength(1);
    expect(found.wrong[0].startsWith(main)).toBe(true);
    const proof = stamp(found, await checkGradients(six(), request), 0);
    expect(proof.passed).toBe(false);
    expect(proof.text.split("\n")[0]).toContain(`: 1 wrong: ${main}`);
  });

  test("a backward pass that is wrong: the terms do not add up, and central differences disagree", async () => {
    const honest = six();
    const { nodes } = honest.network;
    const forward = (site: Node["site"], values: Values) => nodes[2].operation.reference.forward(site, values);
    const reference = { ...nodes[2].operation.reference, forward, backward: doubled };
    const changed = { ...nodes[2], operation: { ...nodes[2].operation, reference } } as Node;
    const network: Network = { ...honest.network, nodes: nodes.map((node, k) => (k === 2 ? changed : node)) };
    const proof = await prove(new Model(network, { parameters: honest.parameters }), { ...request, numbers: "all" });
    expect(proof.passed).toBe(false);
    expect(proof.gradients.worstRelative).toBeCloseTo(0.5, 6);
    expect(proof.text).toMatch(/ wrong: .*\n.*\(too far, allowed 0\.000001\)/);
    const onlyGradients = stamp(
      { ...(await all(await openSix())) },
      await checkGradients(new Model(network), request),
      0,
    );
    expect(onlyGradients).toMatchObject({ passed: false, exact: 494 });
  });
});

/** ReLU's backward pass, twice too large. */
const doubled: Node["operation"]["reference"]["backward"] = (_site, { inputs: [x] }, { output, inputs: [dx] }) => {
  for (let k = 0; k < output.length; k++) if (dx && x[k] > 0) dx[k] += 2 * output[k];
};

describe("random networks", () => {
  test.each(Array.from({ length: 24 }, (_, seed) => seed))(
    "network %d: exact on the reference, within bounds on the fast engine",
    async (seed) => {
      const { model, input, label } = randomNetwork(seed, "f64");
      const proof = await prove(model, { input, label, seed, numbers: 300, gradients: 3 });
      expect(proof.text).toContain("no distance anywhere");
      expect(proof).toMatchObject({ exact: 300, numbers: 300, passed: true });
      const fast = await readd(await explain(model, { input, label, backend: "auto" }), 300, seed, undefined);
      expect(fast.wrong).toEqual([]);
      expect(fast.exact).toBeLessThan(300);
    },
  );
});

describe("refused", () => {
  const maps = sequential([4, 4, 1], conv2d({ filters: 2, kernelSize: 3 })) as unknown as Model;
  const codeOf = async (work: Promise<unknown>) => ((await work.catch((error) => error)) as CutawayError).code;

  test("a model without a loss, a wrong label, picture or option", async () => {
    expect(await codeOf(prove(maps, { input: new Float32Array(16), label: 0 }))).toBe("model.noHead");
    expect(await codeOf(prove(six(), { ...request, label: 3 }))).toBe("model.label");
    expect(await codeOf(prove(six(), { ...request, input: [1, 2] }))).toBe("model.pixels");
    for (const numbers of [0, 1.5, Number.NaN, "some" as never])
      expect(await codeOf(prove(six(), { ...request, numbers }))).toBe("option.value");
    expect(await codeOf(prove(six(), { ...request, gradients: 0 }))).toBe("option.value");
  });
});
