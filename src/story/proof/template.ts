// The parts of a proof in Python that are the same for every model: reading the file, comparing, the verdict.

/** Behind the docstring. */
export const imports = `import base64
import hashlib
import json
import math
import os
import struct
import sys

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("proof: PyTorch is missing; install it (pip install torch, or Debian's python3-torch) and run this again.")
`;

/** Packed numbers, and the helpers that operations call. */
export const helpers = `failures = []
closest = (0.0, "")


def unpack(text, kind):
    if sys.byteorder != "little":
        sys.exit("proof: this needs a machine that stores the lowest byte of a number first.")
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=kind)


def padded(x, padding, value=0.0):
    # H×W×C becomes PyTorch's 1×C×H×W, with cells of padding around it
    (top, bottom), (left, right) = padding
    return F.pad(x.permute(2, 0, 1)[None], (left, right, top, bottom), value=value)


def settle(node, differs, gap, x):
    # Where rounding alone decides (a gate at 0, a window with a tie) both choices are right: Cutaway's is taken and counted.
    count = int(differs.sum())
    if count == 0:
        return
    far = float(gap.detach()[differs].abs().max())
    allowed = EDGE * float(x.detach().abs().max())
    ok = far <= allowed
    print(f"{node}: {count} of {differs.numel()} choices are a tie but for rounding (apart {far:.1e}, allowed {allowed:.1e})"
          + ("" if ok else "  DIFFERS"))
    if not ok:
        failures.append(node)`;

export const main = `def read_model(path):
    try:
        with open(path, "rb") as file:
            data = bytearray(file.read())
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(bytes(data[8 : 8 + length]).decode("utf-8"))
        graph = json.loads(header.pop("__metadata__")["graph"])
        found = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            kind = {"F32": torch.float32, "F64": torch.float64}[entry["dtype"]]
            if math.prod(entry["shape"]) * (8 if kind == torch.float64 else 4) != end - begin or 8 + length + end > len(data):
                raise ValueError(f"tensor {name} does not fit its shape")
            flat = torch.frombuffer(data, dtype=kind, count=math.prod(entry["shape"]), offset=8 + length + begin)
            found[name] = flat.reshape(entry["shape"]).to(DTYPE)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, struct.error) as error:
        sys.exit(f"proof: {path} could not be read as a model file ({error!r}); give its path: python3 proof.py MODEL")
    if graph != json.loads(GRAPH) or {name: tuple(t.shape) for name, t in found.items()} != PARAMETERS:
        sys.exit(f"proof: not proved: {path} holds another network than the one that was exported.")
    if hashlib.sha256(data).hexdigest() != SHA256:
        print(f"note: {path} is not the file that was exported: its sha256 differs. The comparison says whether that matters.")
    return found


def compare(name, ours, theirs, floor=0.0):
    global closest
    ours, theirs = ours.double().reshape(-1), theirs.detach().double().reshape(-1)
    worst, largest = float((ours - theirs).abs().max()), float(theirs.abs().max())
    allowed = TOLERANCE * largest + floor
    ok = worst <= allowed
    if worst > 0 and allowed > 0 and worst / allowed > closest[0]:
        closest = (worst / allowed, name)
    print(f"{name}: worst distance {worst:.1e}, largest number {largest:.3g}, allowed {allowed:.1e}" + ("" if ok else "  DIFFERS"))
    if not ok:
        failures.append(name)


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(globals().get("__file__", "x"))), MODEL)
    parameters = {name: t.requires_grad_() for name, t in read_model(path).items()}
    leaves = {"input": INPUT.clone().requires_grad_(), **parameters}
    # Allowed is TOLERANCE of a tensor's largest number, plus a floor of rounding: a loss keeps four spacings of its logits, and p - 1
    # of a sure softmax four spacings of 1, which every gradient carries on by its derivative of the label's logit.
    rounding = 4 * torch.finfo(DTYPE).eps
    print(f"PyTorch {torch.__version__}, {str(DTYPE).split('.')[-1]}: allowed is {TOLERANCE:g} of a tensor's largest number, plus a floor of {rounding:.1e}"
          " (loss: of its logits; gradients: of the label's logit's largest derivative)")
    v = network(leaves["input"], parameters)
    logits, probs, loss = v[HEAD[0]], v[HEAD[1]], v[HEAD[2]]
    names = list(leaves)
    slopes = torch.autograd.grad(logits[LABEL], list(leaves.values()), retain_graph=True, allow_unused=True)
    gradients = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)

    compare("logits", OURS["logits"], logits)
    compare("probs", OURS["probs"], probs)
    compare("loss", OURS["loss"], loss, rounding * max(1.0, float(logits.detach().abs().max())))
    count = 0
    for name, slope, gradient in zip(names, slopes, gradients):
        zeros = torch.zeros_like(leaves[name])
        steepest = float((zeros if slope is None else slope).abs().max())
        compare("grad:" + name, OURS["grad:" + name], zeros if gradient is None else gradient, rounding * steepest)
        count += zeros.numel()
    if failures:
        sys.exit(f"proof: not proved: more than rounding lies between Cutaway's numbers and PyTorch's in {', '.join(failures)}.")
    share, name = closest
    near = f"the largest distance takes up {share:.1%} of what is allowed ({name})" if name else "there is no distance anywhere"
    print(f"proved: {logits.numel()} logits, {probs.numel()} probabilities, the loss and {count} gradients agree; {near}.")


if __name__ == "__main__":
    main()
`;
