// crossEntropy: kernels for WebAssembly; the logarithm is the library's own, in float64.
import {
  callHost,
  clearMemory,
  type Expression,
  f32,
  f64,
  i32,
  type Statement,
  sequence,
} from "../../backend/wasm/assembler.ts";
import { FLOAT, type Frame, type Place } from "../../backend/wasm/machine.ts";
import type { GradientPlace, KernelRequest, Kernels } from "../kernels.ts";
import { eachFloat, headKernel, put, shiftedSum } from "../logit-kernels.ts";

type Request = KernelRequest<object>;

/** The address of the label's number in a tensor with one number a class. */
function atLabel(frame: Frame, { places: { label } }: Request, tensor: Place): Expression<"i32"> {
  return i32.add(frame.address(tensor), i32.mul(i32.load(frame.address(label)), i32.const(FLOAT)));
}

/** loss = ln Σ_j e^(z_j−m) − (z_label−m). */
function loss(frame: Frame, request: Request): Statement {
  const { scope } = frame;
  const { inputs, output } = request.places;
  const { make, sum, largest } = shiftedSum(scope, request.site.inputs[0][0], frame.address(inputs[0]));
  const own = f64.promote_f32(f32.load(atLabel(frame, request, inputs[0])));
  const shifted = f64.sub(own, f64.promote_f32(scope.get(largest)));
  const value = f64.sub(callHost("log", scope.get(sum)), shifted);
  return sequence(make, f32.store(frame.address(output), f32.demote_f64(value)));
}

/** ∂L/∂z(k) = p(k)·∂L/∂loss − t(k)·∂L/∂loss. */
function toLogits(frame: Frame, request: Request, loss: Expression<"f32">, { place, add }: GradientPlace): Statement {
  const [p, dz] = [request.places.inputs[1], place].map((tensor) => frame.address(tensor));
  const own = atLabel(frame, request, place);
  return sequence(
    eachFloat(frame.scope, request.site.inputs[0][0], [p, dz], (from, to) =>
      put(to, f32.mul(f32.load(from), loss), add),
    ),
    f32.store(own, f32.sub(f32.load(own), loss)),
  );
}

/** ∂L/∂p(label) = −∂L/∂loss ÷ p(label), 0 for the other classes. */
function toProbs(frame: Frame, request: Request, loss: Expression<"f32">, { place, add }: GradientPlace): Statement {
  const bytes = request.site.inputs[1][0] * FLOAT;
  const own = atLabel(frame, request, place);
  const p = f32.load(atLabel(frame, request, request.places.inputs[1]));
  return sequence(
    add ? [] : clearMemory(frame.address(place), i32.const(bytes)),
    f32.store(own, f32.sub(f32.load(own), f32.div(loss, p))),
  );
}

export const kernels: Kernels<object> = {
  forward: (request) => [headKernel(request, "forward", (frame) => loss(frame, request))],
  backward(request, { output, inputs: [logits, probs] }) {
    if (!logits && !probs) return [];
    return [
      headKernel(request, "inputGradient", (frame) => {
        const dLoss = f32.load(frame.address(output));
        return sequence(
          logits ? toLogits(frame, request, dLoss, logits) : [],
          probs ? toProbs(frame, request, dLoss, probs) : [],
        );
      }),
    ];
  },
};
