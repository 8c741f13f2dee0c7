// Progress of a training run on standard error: one live line in a terminal, plain lines elsewhere.
import type { EpochEvent, StepEvent } from "../train/fit.ts";
import { percent } from "./output.ts";

export interface ProgressLine {
  step(event: StepEvent): void;
  epoch(event: EpochEvent): void;
  /** Clears the live line, so that an error or a result begins on a line of its own. */
  end(): void;
}

export interface ProgressOptions {
  /** Pictures an epoch. */
  readonly pictures: number;
  readonly stream?: Pick<NodeJS.WriteStream, "isTTY" | "write">;
  /** Milliseconds from an arbitrary start. */
  readonly now?: () => number;
}

/** Milliseconds between two updates of the live line. */
const LIVE = 100;
/** Milliseconds between two plain lines at least: an epoch that takes longer says each tenth of it. */
const PLAIN = 2000;
const CLEAR = "\r\u001b[K";

export function progressLine({
  pictures,
  stream = process.stderr,
  now = () => performance.now(),
}: ProgressOptions): ProgressLine {
  const live = stream.isTTY === true && process.env.TERM !== "dumb";
  const start = now();
  let shown = start;
  let tenths = 0;
  const pace = (event: StepEvent) => {
    const seen = (event.epoch - 1) * pictures + event.images;
    const left = ((now() - start) / event.step) * (event.totalSteps - event.step);
    return `${describe(event)}, ${Math.round((1000 * seen) / (now() - start))} images/s, ${clock(left)} left`;
  };
  return {
    step(event) {
      const reached = Math.floor((10 * event.images) / pictures);
      const due = live || (reached > tenths && event.images < pictures);
      if (!due || now() - shown < (live ? LIVE : PLAIN)) return;
      shown = now();
      tenths = reached;
      stream.write(live ? `${CLEAR}${pace(event)}` : `${10 * reached} % of ${pace(event)}\n`);
    },
    epoch(event) {
      const speed = event.imagesPerSecond === undefined ? "" : `, ${Math.round(event.imagesPerSecond)} images/s`;
      stream.write(`${live ? CLEAR : ""}${describe(event)}${speed}\n`);
      shown = now();
      tenths = 0;
    },
    end() {
      if (live) stream.write(CLEAR);
    },
  };
}

function describe({ epoch, epochs, loss, accuracy }: StepEvent | EpochEvent): string {
  return `epoch ${epoch}/${epochs}, loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}`;
}

/** 83,000 milliseconds as "1:23". */
function clock(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
