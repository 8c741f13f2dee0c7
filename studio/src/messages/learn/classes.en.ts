// The words of step 7. They hold no results: numbers come in as parameters.

export const classes = {
  title: "From maps to classes, and the loss",
  lead: "Flatten lays the pooled maps end to end. The dense layer multiplies each of these numbers with a weight for every class and adds a bias: one logit a class. Softmax makes shares of the logits.",
  point: "The loss looks at the share of the true class alone.",
  ask: (name: string) => `Which logit does the class “${name}” get?`,
  truth: "the sum",
  pooled: (kind: string) => `Pooled ${kind}`,
  classes: "Which class is added up",
  heads: ["from pool", "flat", "weight"] as readonly string[],
  bias: "bias",
  logits: "Logits",
  shares: "Softmax: shares of one",
  loss: "Loss: −ln p of the true class",
  trueClass: "true",
  softmax: "p(k) = e^(z(k) − m) ÷ Σ e^(z(j) − m)",
  cross: "L = −ln p(label)",
  beats: {
    flatten: "Flatten",
    products: "Products",
    bias: "Bias",
    logit: "Logit",
    others: "Others",
    softmax: "Softmax",
    loss: "Loss",
  },
};
