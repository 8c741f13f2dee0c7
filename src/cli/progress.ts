// Progress of a training run on standard error: one live line in a terminal, plain lines elsewhere.
import type { EpochEvent, StepEvent } from "../train/fit.ts";
import { percent, say } from "./output.ts";

export interface ProgressLine {
  step(event: StepEvent): void;
  epoch(event: EpochEvent): void;
}

/** Milliseconds between two updates of the live line. */
const every = 100;

export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  const live = stream.isTTY === true;
  const start = performance.now();
  let shown = 0;
  return {
    step(event) {
      const now = performance.now();
      if (!live || now - shown < every) return;
      shown = now;
      const left = ((now - start) / event.step) * (event.totalSteps - event.step);
      const seen = (event.epoch - 1) * perEpoch(event) + event.images;
      const speed = Math.round((1000 * seen) / (now - start));
      stream.write(`\r${describe(event)}, ${speed} images/s, ${clock(left)} left\u001b[K`);
    },
    epoch(event) {
      if (live) stream.write("\r\u001b[K");
      const speed = event.imagesPerSecond === undefined ? "" : `, ${Math.round(event.imagesPerSecond)} images/s`;
      say(`${describe(event)}${speed}`);
    },
  };
}

/** Pictures an epoch, from the steps done so far. */
function perEpoch({ totalSteps, epochs, images, step, epoch }: StepEvent): number {
  const stepsEach = totalSteps / epochs;
  return (images / (step - (epoch - 1) * stepsEach)) * stepsEach;
}

function describe({ epoch, epochs, loss, accuracy }: StepEvent | EpochEvent): string {
  return `epoch ${epoch}/${epochs}, loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}`;
}

function clock(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
