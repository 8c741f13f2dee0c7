// Time is an argument: the clock only moves the number t; what is drawn at t is a function of the scene, the step and t.
import { navigation } from "./navigation.svelte.ts";

/** A stretch of the stage's time; `seconds` is how long it plays at normal speed. */
export interface Beat {
  readonly label: string;
  readonly seconds: number;
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

class Clock {
  playing = $state(false);
  speed = $state(1);
  reduced = $state(still.matches);
  beats: readonly Beat[] = $state.raw([]);
  #last = 0;

  constructor() {
    still.addEventListener("change", () => {
      this.reduced = still.matches;
    });
  }

  /** In beats from the start, 0…beats.length. */
  get t(): number {
    return Math.min(navigation.state.t, this.beats.length);
  }

  seek(t: number): void {
    const inside = Math.max(0, Math.min(this.beats.length, t));
    navigation.go({ t: Math.round(inside * 1000) / 1000 }, { replace: true });
  }

  /** To the next or previous break between beats. */
  step(direction: 1 | -1): void {
    this.playing = false;
    const t = this.t;
    this.seek(direction > 0 ? Math.floor(t + 1e-9) + 1 : Math.ceil(t - 1e-9) - 1);
  }

  toggle(): void {
    if (this.playing) {
      this.playing = false;
      return;
    }
    if (this.t >= this.beats.length) this.seek(0);
    this.playing = true;
    this.#last = performance.now();
    requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now: number): void {
    if (!this.playing) return;
    const seconds = (now - this.#last) / 1000;
    const beat = this.beats[Math.floor(this.t)];
    const length = Math.max(0.05, beat?.seconds ?? 1) / this.speed;
    if (!this.reduced) {
      this.#last = now;
      this.seek(this.t + seconds / length);
    } else if (seconds >= length) {
      // Nothing runs: each beat jumps to its end and is read there.
      this.#last = now;
      this.seek(Math.floor(this.t + 1e-9) + 1);
    }
    if (this.t >= this.beats.length) this.playing = false;
    else requestAnimationFrame((next) => this.#frame(next));
  }
}

export const clock = new Clock();

/** How far beat k has gone at t, 0…1. */
export function progress(t: number, k: number): number {
  return Math.max(0, Math.min(1, t - k));
}
