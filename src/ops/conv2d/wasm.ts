// conv2d: kernels for WebAssembly: which way a convolution goes.
//
// Winograd's products are fewer and its sums others, so that a convolution goes one way in all directions: what is said of its numbers
// (`winogradBound`) then holds for outputs and gradients alike, and refresh makes what one way needs.
import type { KernelRequest, Kernels } from "../kernels.ts";
import { direct } from "./direct.ts";
import type { Conv2dOptions } from "./op.ts";
import { winogradBackward, winogradForward, winogradPays, winogradRefresh } from "./winograd.ts";
import { winogradSlack } from "./winograd-bound.ts";

/** Either way has all of them. */
type ConvolutionKernels = Required<Omit<Kernels<Conv2dOptions>, "slack">>;

const winograd: ConvolutionKernels = {
  forward: winogradForward,
  backward: winogradBackward,
  refresh: winogradRefresh,
  fuses: true,
};

const wayOf = (request: KernelRequest<Conv2dOptions>) => (winogradPays(request) ? winograd : direct);

export const kernels: Kernels<Conv2dOptions> = {
  forward: (request) => wayOf(request).forward(request),
  backward: (request, gradients) => wayOf(request).backward(request, gradients),
  refresh: (request, training) => wayOf(request).refresh(request, training),
  fuses: true,
  slack: (way, site, numbers) => (way.startsWith("winograd") ? winogradSlack(site, numbers) : undefined),
};
