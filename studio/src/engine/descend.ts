// Steps of plain gradient descent on one picture, taken by the library.
import { type Model, sgd } from "cutaway";

interface Lesson {
  readonly picture: readonly number[];
  readonly label: number;
  readonly learningRate: number;
}

/** Moves the model's trainable parameters by so many steps; gives the loss before each of them. */
export async function descend(
  model: Model,
  { picture, label, learningRate }: Lesson,
  steps: number,
): Promise<number[]> {
  const optimizer = sgd({ learningRate });
  const losses: number[] = [];
  for (let k = 0; k < steps; k++) {
    await model.forward([picture]);
    const { loss } = await model.backward([label]);
    await model.step(optimizer);
    losses.push(loss);
  }
  return losses;
}
