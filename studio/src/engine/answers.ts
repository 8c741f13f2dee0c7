// The questions that a view may ask, each with its answer from the library. A table: the store takes its types from here.
import type { Account } from "cutaway";
import {
  type Arithmetic,
  type BackwardWays,
  backwardFrom,
  type Changes,
  type CurvePoint,
  describeCause,
  describeMisreading,
  type ForwardWays,
  forwardFrom,
  type MapAxis,
  mapSize,
  misreadings,
  multiplicationArithmetic,
  type Nudge,
  nudge,
  parameterArithmetic,
  reluCurve,
  type Way,
  type WhatIf,
  whyZero,
} from "cutaway/story";
import type { Plan } from "../plan.ts";
import type { Adopted, Shown } from "./adopt.ts";
import { descend } from "./descend.ts";
import { before, type Direction, waysOf, whatIfOf } from "./follow.ts";
import { guessOfPicture } from "./guess.ts";
import { type Plans, plansToStartFrom, type SeenPlan, seePlan } from "./plans.ts";
import type { Choice, Scene, SceneRequest, SceneTensor } from "./scene.ts";
import { session } from "./session.ts";
import { type SizeChoice, sizeChoices } from "./sizes.ts";
import { type SmallNetwork, smallNetwork } from "./small.ts";
import type { Guess } from "./train-kinds.ts";

export const answers = {
  /** The network on its picture, with every tensor. */
  async scene(request: SceneRequest): Promise<Scene> {
    return (await session.scene(request)).scene;
  },
  /** What one number is made of. */
  async account(request: SceneRequest, address: string): Promise<Account> {
    return (await session.scene(request)).opened.at(address);
  },
  /** Where a number goes. */
  async forward(request: SceneRequest, address: string): Promise<ForwardWays> {
    return forwardFrom((await session.scene(request)).opened, address);
  },
  /** How the loss, or another number, comes back to an address. */
  async backward(request: SceneRequest, address: string): Promise<BackwardWays> {
    return backwardFrom((await session.scene(request)).opened, address);
  },
  /** Why a number is 0, in sentences, nearest cause first. */
  async whyZero(request: SceneRequest, address: string): Promise<readonly string[]> {
    return whyZero((await session.scene(request)).opened, address).causes.map(describeCause);
  },
  /** Forecast and truth of a change. */
  async whatIf(request: SceneRequest, changes: Changes, target: string): Promise<WhatIf> {
    return whatIfOf(await session.scene(request), target, changes);
  },
  /** The live ways between a number and a target, one by one, the strongest first. */
  async ways(request: SceneRequest, direction: Direction, followed: string, target: string): Promise<readonly Way[]> {
    return waysOf(await session.scene(request), direction, followed, target);
  },
  /** A tensor that the scene does not hold, such as "grad(logits[0]):conv1.out". */
  async tensor(request: SceneRequest, address: string): Promise<SceneTensor> {
    // Its colours are fixed by the first form, which is asked first.
    (await session.first(request)).tensor(address);
    return (await session.scene(request)).tensor(address);
  },
  /** Forecast and truth of giving one number a value, from how the network was before that number was changed. */
  async forecast(request: SceneRequest, address: string, value: number, target: string): Promise<WhatIf> {
    return whatIfOf(await session.scene(before(request, address)), target, { [address]: value });
  },
  /** The gradient of a target by one given number, held against nudges of it. */
  async nudge(request: SceneRequest, address: string, target: string): Promise<Nudge> {
    const { model, picture, scene, backend } = await session.scene(request);
    return nudge(model, { input: picture, label: scene.label, address, target, backend });
  },
  /** What may be answered to "what is this number?", ascending: the truth, and what known misreadings give. */
  async choices(request: SceneRequest, address: string): Promise<readonly Choice[]> {
    const { opened } = await session.scene(request);
    const truth = { value: opened.at(address).value, right: true, cause: "" };
    const wrong = misreadings(opened, address).map(({ value, cause }) => {
      return { value, right: false, cause: describeMisreading(cause) };
    });
    return [truth, ...wrong].sort((a, b) => a.value - b.value);
  },
  /** Rows and columns of the map that a node with a window writes, with the numbers of the size formula. */
  async size(request: SceneRequest, node: string): Promise<readonly MapAxis[]> {
    return mapSize((await session.scene(request)).opened.network, node) ?? [];
  },
  /** What may be answered to "how large is the map that this node writes?". */
  async sizes(request: SceneRequest, node: string): Promise<readonly SizeChoice[]> {
    return sizeChoices(mapSize((await session.scene(request)).opened.network, node) ?? []);
  },
  /** Parameters and multiplications of every layer as arithmetic, by name. */
  async arithmetic(
    request: SceneRequest,
  ): Promise<Readonly<Record<string, { readonly parameters: Arithmetic; readonly multiplications: Arithmetic }>>> {
    const { network } = (await session.scene(request)).opened;
    const none = { count: 0, text: "0" };
    return Object.fromEntries(
      network.nodes.map(({ name }) => [
        name,
        {
          parameters: parameterArithmetic(network, name) ?? none,
          multiplications: multiplicationArithmetic(network, name) ?? none,
        },
      ]),
    );
  },
  /** The graph of ReLU and its slope from −reach to reach; it belongs to no scene. */
  async curve(_request: SceneRequest, reach: number): Promise<readonly CurvePoint[]> {
    return reluCurve({ reach, points: 81 });
  },
  /** The loss at the start and after each of so many steps of gradient descent, computed step by step from the request's network. */
  async descent(request: SceneRequest, steps: number): Promise<readonly number[]> {
    const { model, picture, scene } = await session.fresh({ ...request, steps: 0 });
    const { label = 0, learningRate } = scene;
    return descend(model, { picture, label, learningRate }, steps + 1);
  },
  /** Forecast and truth of a first step of length η of a model with the request's edits: "lesson6" moves its kernels, "lesson6-full" everything. */
  async oneStep(request: SceneRequest, model: string, learningRate: number): Promise<WhatIf> {
    return whatIfOf(await session.scene({ ...request, model, steps: 0 }), "loss", { learningRate });
  },
  /** A network of the lesson's shape, trained now on the library's digits; it belongs to no scene. */
  async small(_request: SceneRequest): Promise<SmallNetwork> {
    return smallNetwork();
  },
  /** Takes a model file in under a name; throws what is wrong with it. */
  async adopt(name: string, title: string, bytes: Uint8Array, shown?: Shown): Promise<Adopted> {
    return session.adopt(name, title, bytes, shown);
  },
  /** Shapes and costs of a plan's layers, and what is wrong with the first that cannot work. */
  async plan(plan: Plan): Promise<SeenPlan> {
    return seePlan(plan);
  },
  /** Plans to start from. */
  async plans(): Promise<Plans> {
    return plansToStartFrom();
  },
  /** What the request's network takes its picture for. */
  async guess(request: SceneRequest): Promise<Guess> {
    const { model, picture } = await session.scene(request);
    return guessOfPicture(model, picture);
  },
};

export type Answers = typeof answers;
