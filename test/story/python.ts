// Runs Python files one after the other in one process, since loading PyTorch takes longer than a proof.
import { spawnSync } from "node:child_process";
import { python } from "../data.ts";

/** What a run printed, and its exit code. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const driver = `
import contextlib, io, json, runpy, sys, traceback
import torch
torch.set_num_threads(1)
done = []
for job in json.load(sys.stdin):
    sys.argv = job
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            runpy.run_path(job[0], run_name="__main__")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
            if isinstance(end.code, str):
                err.write(end.code + "\\n")
        except BaseException:
            code = 1
            traceback.print_exc()
    done.append({"code": code, "stdout": out.getvalue(), "stderr": err.getvalue()})
json.dump(done, sys.stdout)
`;

/** Each job is a file and its arguments. */
export function runPython(jobs: readonly (readonly string[])[]): Finished[] {
  const { stdout, stderr, status } = spawnSync(python, ["-c", driver], {
    input: JSON.stringify(jobs),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`Python ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Finished[];
}
