// One training run that can be paused before any step, told by phase, looked at as it was at the steps that are kept.
import { evaluate, fit, linearDecay, type Model, type NextStep, saveModel, sgd } from "cutaway";
import { calibrate, type DrawnStroke } from "cutaway/digits";
import { guessOf } from "./guess.ts";
import { KeptSteps } from "./kept-steps.ts";
import { Painter, type Shown } from "./portrait.ts";
import { backendWith, copyOf, judges, type Material, materialOf, modelOf } from "./train-data.ts";
import type {
  Guess,
  News,
  Outset,
  Phases,
  Portrait,
  Standing,
  Sure,
  TakenModel,
  Test,
  TrainSettings,
} from "./train-kinds.ts";
import { troubleOf } from "./trouble.ts";

/** Numbers of so many steps are kept at most. */
const mostKept = 24;
/** Share of the digits read right that are to be called sure: the rest pays for scribbles that are not. */
const surelyRight = 0.9;
/** Milliseconds between two news, and between two portraits. */
const pace = { news: 100, portrait: 330 };

export class Run {
  readonly outset: Outset;
  /** Asked for before every step. */
  rate: number;
  readonly #settings: TrainSettings;
  readonly #material: Material;
  readonly #model: Model;
  readonly #tell: (news: News) => void;
  readonly #painter = new Painter();
  readonly #kept = new KeptSteps(mostKept);
  readonly #tests: Test[] = [];
  #losses: number[] = [];
  #from = 0;
  #next: NextStep = { epoch: 1, step: 0, pictures: [] };
  /** It runs up to here. */
  #until = 0;
  #standing: Standing = "preparing";
  #wake: () => void = () => undefined;
  #paused: () => void = () => undefined;
  #told = { news: 0, portrait: 0, step: 0, at: 0 };
  #judged: { readonly step: number; readonly model: Model } | undefined;
  #speed = 0;
  #images = 0;
  /** Mean loss of the last batch. */
  #latest = Number.NaN;
  #engine: Outset["engine"] = { instructionSet: "", threads: 0 };
  #failure: unknown;
  readonly #signal = { aborted: false };

  constructor(number: number, settings: TrainSettings, tell: (news: News) => void) {
    this.#settings = settings;
    this.rate = settings.rate;
    this.#tell = (news) => {
      if (!this.#signal.aborted) tell(news);
    };
    this.#material = materialOf(settings);
    const { train, test, unseen, passes } = this.#material;
    this.#model = modelOf(settings, this.#material);
    this.outset = {
      run: number,
      classes: train.classes,
      shape: train.shape,
      parameters: this.#model.summary().parameters,
      pictures: train.count,
      tested: test.count,
      unseen,
      goal: passes * Math.ceil(train.count / settings.batch),
      engine: this.#engine,
    };
  }

  get step(): number {
    return this.#next.step;
  }

  /** η of the step after so many. Each go begins anew where it falls. */
  #rateOf(step: number): number {
    const { goal } = this.outset;
    return this.#settings.schedule === "falling" ? linearDecay(this.rate)(step % goal, goal) : this.rate;
  }

  /** Goes until it first stands still, before step 1; throws what does not fit. */
  async begin(): Promise<Outset> {
    const { batch: batchSize, seed, momentum } = this.#settings;
    const optimizer = sgd({ learningRate: (step) => this.#rateOf(step), momentum });
    const backend = await backendWith(navigator.hardwareConcurrency - 1);
    const run = fit(this.#model, this.#material.train, {
      backend,
      optimizer,
      batchSize,
      seed,
      epochs: 100_000,
      signal: this.#signal,
      beforeStep: (next) => this.#before(next),
    });
    const still = new Promise<void>((done) => {
      this.#paused = done;
    });
    this.#read(run).catch((error) => this.#fail(error));
    await still;
    if (this.#failure) throw this.#failure;
    return { ...this.outset, engine: this.#engine };
  }

  async #read(run: ReturnType<typeof fit>): Promise<void> {
    for await (const event of run) {
      if (event.type === "start") {
        const { instructionSet, threads } = event;
        this.#engine = { instructionSet, threads };
      }
      if (event.type !== "step") continue;
      this.#latest = event.batchLoss;
      this.#losses.push(event.batchLoss);
      this.#images = (event.epoch - 1) * this.#material.train.count + event.images;
    }
  }

  /** The numbers are those before the step that failed; there is no other way on than a new start. */
  #fail(error: unknown): void {
    this.#failure = error;
    const begun = this.#standing !== "preparing";
    this.#standing = "ended";
    if (begun) this.#tell({ ...this.#quiet(), trouble: troubleOf(error) });
    this.#paused();
  }

  /** Runs for so many steps and pauses; gives when it stands still again. */
  async go(steps: number): Promise<void> {
    this.#until = this.#next.step + steps;
    const still = new Promise<void>((done) => {
      this.#paused = done;
    });
    this.#standing = "running";
    this.#wake();
    await still;
  }

  /** Ends the go under way before its next step. */
  pause(): void {
    this.#until = 0;
  }

  end(): void {
    this.#signal.aborted = true;
    this.#wake();
  }

  async #before(next: NextStep): Promise<void> {
    this.#next = next;
    if (this.#isTested(next.step)) await this.#test(next.step);
    if (next.step < this.#until) {
      await this.#news(false);
      return;
    }
    this.#standing = next.step === 0 ? "ready" : "paused";
    await this.#news(true);
    const waiting = new Promise<void>((go) => {
      this.#wake = go;
    });
    this.#paused();
    await waiting;
  }

  #isTested(step: number): boolean {
    return step % (step < 100 ? 20 : 100) === 0 && !this.#tests.some((test) => test.step === step);
  }

  async #test(step: number): Promise<void> {
    const found = await evaluate(this.#model, this.#material.test, { backend: await backendWith(1) });
    const { loss, accuracy, confusion, count } = found;
    const test = { step, loss, accuracy, confusion, count };
    this.#tests.push(test);
    this.#kept.keep(step, { test, numbers: this.#model.snapshot() });
  }

  async #news(complete: boolean): Promise<void> {
    const now = performance.now();
    if (!complete && now - this.#told.news < pace.news) return;
    if (now - this.#told.at > 500 || complete) {
      this.#speed =
        ((this.#next.step - this.#told.step) * this.#settings.batch * 1000) / Math.max(1, now - this.#told.at);
      this.#told.step = this.#next.step;
      this.#told.at = now;
    }
    const painted = complete || now - this.#told.portrait > pace.portrait;
    const portrait = painted ? await this.portrait(undefined) : undefined;
    if (painted) this.#told.portrait = now;
    this.#told.news = now;
    const losses = this.#losses;
    this.#losses = [];
    this.#tell({ ...this.#quiet(), losses, ...(portrait && { portrait }) });
    this.#from += losses.length;
  }

  /** As it is now, or as it was at a step that is kept. */
  async portrait(step: number | undefined, shown: Shown = this.#sample()): Promise<Portrait> {
    const { model, at } = this.#at(step);
    return this.#painter.paint(model, at, shown, this.#rateOf(at));
  }

  #sample(): Shown {
    const { images, labels, shape } = this.#material.test;
    return { picture: [...images.subarray(0, shape[0] * shape[1] * shape[2])], label: labels[0] ?? 0 };
  }

  #at(step: number | undefined): { readonly model: Model; readonly at: number } {
    const kept = step === undefined ? undefined : this.#kept.at(step);
    if (!kept || step === undefined || step === this.#next.step) return { model: this.#model, at: this.#next.step };
    return { model: copyOf(this.#model, kept.numbers), at: step };
  }

  /** The next step, told by phase on the first picture of its batch; afterwards it is done. */
  async phases(): Promise<Phases> {
    const { step, pictures } = this.#next;
    const { images, labels, shape } = this.#material.train;
    const size = shape[0] * shape[1] * shape[2];
    const all = pictures.map((k) => [...images.subarray(k * size, (k + 1) * size)]);
    const names = pictures.map((k) => labels[k] ?? 0);
    const shown = { picture: all[0] ?? [], label: names[0] ?? 0 };
    const numbers = this.#model.snapshot();
    const test = this.#kept.at(step)?.test ?? this.#tests.at(-1);
    const before = await this.portrait(undefined, shown);
    await this.go(1);
    if (test) this.#kept.keep(step, { test, numbers });
    const after = await this.portrait(undefined, shown);
    return { step, pictures: all, labels: names, before, after, loss: this.#latest, rate: this.#rateOf(step) };
  }

  /** The test on all test pictures, and when a guess is sure; both for the numbers as they are now. */
  async judge(): Promise<void> {
    const { step } = this.#next;
    const model = copyOf(this.#model, this.#model.snapshot());
    const final = await evaluate(model, this.#material.final, { backend: await backendWith(1) });
    const sureness = await this.#calibrated(model, step);
    if (step !== this.#next.step || this.#standing !== "paused") return;
    this.#judged = { step, model };
    const { loss, accuracy, confusion, count } = final;
    this.#tell({ ...this.#quiet(), final: { step, loss, accuracy, confusion, count }, ...(sureness && { sureness }) });
  }

  /** How it stands, without what is new. */
  #quiet(): News {
    return {
      standing: this.#standing,
      step: this.#next.step,
      images: this.#images,
      imagesPerSecond: this.#speed,
      rate: this.#rateOf(this.#next.step),
      from: this.#from,
      losses: [],
      tests: this.#tests.slice(),
      kept: this.#kept.steps,
    };
  }

  async #calibrated(model: Model, step: number): Promise<Sure | undefined> {
    if (this.#settings.data !== "digits") return undefined;
    const {
      score,
      threshold,
      known,
      scribbles: strange,
    } = await calibrate(model, { known: judges().known, scribbles: judges().strangers, share: surelyRight });
    return { step, score, threshold, known, scribbles: strange };
  }

  async guess(strokes: readonly DrawnStroke[], step?: number): Promise<Guess> {
    const { model, at } = this.#at(step);
    return guessOf(this.#judged?.step === at ? this.#judged.model : model, strokes);
  }

  /** The file of the model as it is, or was at a step that is kept. */
  take(step: number | undefined): TakenModel {
    const { model, at } = this.#at(step);
    return { bytes: saveModel(this.#judged?.step === at ? this.#judged.model : model), ...this.#sample() };
  }
}
