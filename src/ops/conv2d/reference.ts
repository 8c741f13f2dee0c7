// conv2d: the definition, forward and right below it backward, as plain loops in float64.
//
//   O(i,j,f) = Σ_m Σ_n Σ_c I(y,x,c)·K(m,n,c,f) + β(f)      y = i·s_h − p_t + m·d_h,  x = j·s_w − p_l + n·d_w
//
// I is 0 outside the image. With groups, filter f reads only the channels of its group; c counts inside the group.
// L reaches K(m,n,c,f), β(f) and I(y,x,c) through every O(i,j,f) that they take part in, so by the chain rule
//
//   ∂L/∂β(f)       = Σ_i Σ_j ∂L/∂O(i,j,f)
//   ∂L/∂K(m,n,c,f) = Σ_i Σ_j ∂L/∂O(i,j,f)·I(y,x,c)
//   ∂L/∂I(y,x,c)   = Σ_i Σ_j Σ_f ∂L/∂O(i,j,f)·K(m,n,c,f)      over the windows (i,j) that read (y,x), at their tap (m,n)
//
// Sums run in the order written. Products with a zero I or a zero ∂L/∂O are skipped: adding them changes no bit.
import type { Gradients, Reference, Site, Values } from "../op.ts";
import { positionOf } from "../window.ts";
import { axesOf, type Conv2dOptions } from "./op.ts";

function geometryOf({
  options,
  inputs: [[, width, channels]],
  output: [, outWidth, filters],
  inputs,
}: Site<Conv2dOptions>) {
  const [rows, columns] = axesOf(options, inputs[0]);
  const groupChannels = channels / options.groups;
  return { rows, columns, width, channels, outWidth, filters, groupChannels, groupFilters: filters / options.groups };
}

function forward(
  site: Site<Conv2dOptions>,
  { inputs: [I], output: O, parameters: { kernel: K, bias: β } }: Values,
): void {
  const { rows, columns, width, channels, outWidth, filters, groupChannels, groupFilters } = geometryOf(site);
  O.fill(0);
  for (let i = 0; i < rows.count; i++) {
    for (let j = 0; j < columns.count; j++) {
      const o = (i * outWidth + j) * filters;
      for (let m = 0; m < rows.kernel; m++) {
        const y = positionOf(rows, i, m);
        if (y < 0) continue;
        for (let n = 0; n < columns.kernel; n++) {
          const x = positionOf(columns, j, n);
          if (x < 0) continue;
          const tap = (m * columns.kernel + n) * groupChannels;
          for (let channel = 0; channel < channels; channel++) {
            const v = I[(y * width + x) * channels + channel];
            if (v === 0) continue;
            const group = Math.floor(channel / groupChannels);
            const k = (tap + channel - group * groupChannels) * filters;
            const end = (group + 1) * groupFilters;
            for (let f = group * groupFilters; f < end; f++) O[o + f] += v * K[k + f];
          }
        }
      }
      if (β) for (let f = 0; f < filters; f++) O[o + f] += β[f];
    }
  }
}

function backward(site: Site<Conv2dOptions>, values: Values, gradients: Gradients): void {
  const { rows, columns, width, channels, outWidth, filters, groupChannels, groupFilters } = geometryOf(site);
  const [I] = values.inputs;
  const { kernel: K } = values.parameters;
  const dO = gradients.output;
  const [dI] = gradients.inputs;
  const { kernel: dK, bias: dβ } = gradients.parameters;
  for (let i = 0; i < rows.count; i++) {
    for (let j = 0; j < columns.count; j++) {
      for (let f = 0; f < filters; f++) {
        const d = dO[(i * outWidth + j) * filters + f];
        if (d === 0) continue;
        if (dβ) dβ[f] += d;
        const first = Math.floor(f / groupFilters) * groupChannels;
        for (let m = 0; m < rows.kernel; m++) {
          const y = positionOf(rows, i, m);
          if (y < 0) continue;
          for (let n = 0; n < columns.kernel; n++) {
            const x = positionOf(columns, j, n);
            if (x < 0) continue;
            const p = (y * width + x) * channels + first;
            const k = (m * columns.kernel + n) * groupChannels * filters + f;
            if (dK) for (let c = 0; c < groupChannels; c++) dK[k + c * filters] += d * I[p + c];
            if (dI) for (let c = 0; c < groupChannels; c++) dI[p + c] += d * K[k + c * filters];
          }
        }
      }
    }
  }
}

export const reference: Reference<Conv2dOptions> = { forward, backward };
