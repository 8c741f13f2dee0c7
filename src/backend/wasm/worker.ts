// A worker thread of an engine: makes the kernels on the shared memory, then does its share of one job after the other until it is ended.
import { type Assignment, Member, membersOf, readyWord, spin, type Wait, word } from "./crew.ts";
import { instantiateModule } from "./platform.ts";

/** Serves until the control words say that it is over. Throws where a kernel traps, after it has said so there too. */
export function serve(assignment: Assignment): void {
  const { module, memory, control, index } = assignment;
  const member = new Member(assignment, instantiateModule(module, memory));
  // Jobs that began before it was ready run without it.
  let ticket = Atomics.load(control, word.ticket);
  Atomics.store(control, readyWord(index), 1);
  Atomics.notify(control, readyWord(index));
  for (;;) {
    // Looked at before the wait too: the end may have come before this worker was ready.
    if (Atomics.load(control, word.ended) === 1) return;
    waitFor(control, { word: word.ticket, value: ticket });
    ticket = Atomics.load(control, word.ticket);
    if (Atomics.load(control, word.ended) === 1) return;
    const members = membersOf(ticket);
    if (index >= members) continue;
    try {
      for (const wait of member.work(members)) if (wait) waitFor(control, wait);
    } catch (error) {
      Atomics.store(control, word.failed, 1 + index);
      Atomics.notify(control, word.done);
      throw error;
    }
    Atomics.add(control, word.done, 1);
    Atomics.notify(control, word.done);
  }
}

function waitFor(control: Int32Array, wait: Wait): void {
  if (spin(control, wait)) return;
  while (Atomics.load(control, wait.word) === wait.value) Atomics.wait(control, wait.word, wait.value);
}
