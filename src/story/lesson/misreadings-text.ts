// The causes of wrong answers in one sentence each: what was done, and what holds instead. The numbers stand elsewhere.

const sentences = {
  flipped:
    "The kernel was turned by 180° first, as the convolution of the textbooks does; here it is laid on as it is.",
  oppositeCell: "This is the number at the opposite end of the kernel.",
  tapsMirrored:
    "The weights were taken from the opposite end of the kernel; a window gives back through the weight that it used.",
  transposed:
    "Rows and columns of the kernel were exchanged: the weight of row m and column n belongs to the pixel m rows down and n columns right.",
  signsLost: "All parts were added as if they were positive; negative ones take away.",
  kernelIgnored: "The numbers under the window were added as they are; each is multiplied by its weight first.",
  reluTooEarly: "ReLU was applied already; this number comes before it and may be negative.",
  biasForgotten: "The bias was left out; it is added once, after all products.",
  oneChannel: "Only the first channel was added up; one filter reads all channels into one number.",
  indicesExchanged: "Row and column were exchanged: the first index is the row, counted from the top.",
  channelMixed: "Another colour was read: the third index is the channel, red 0, green 1, blue 2.",
  darkForLight: "Dark and light were exchanged: 0 is black and 255 is white.",
  notDivided: "The number was not divided; it is brought to a smaller range first.",
  turnedOver: "The division was turned over: the number stands above the line.",
  negativeKept: "The negative number was kept; ReLU makes every number below 0 a 0.",
  sizeTaken: "The minus sign was dropped; ReLU does not take the size of a number, it makes negative ones 0.",
  gateTurned: "The gate was taken the wrong way round: it lets positive numbers through and stops the others.",
  slopeForValue: "This is the slope of ReLU here, not its value.",
  gateOpened: "The slope was taken for 1; where the number is 0 or negative the slope is 0, and nothing comes back.",
  halfAtKink: "The slope at 0 was taken for one half; there it is a choice, and the choice is 0.",
  valueForSlope: "What came back was multiplied by the number itself; it is multiplied by the slope, 1 or 0.",
  meanTaken: "The mean was taken; nothing is averaged here.",
  firstTaken: "The first number of the window was taken; the largest wins, wherever it stands.",
  smallestTaken: "The smallest number of the window was taken; the largest wins.",
  largestTaken: "The largest number of the window was taken; here all of them are averaged.",
  sumTaken: "The numbers of the window were added up; the largest wins.",
  sumNotDivided: "The numbers were added up, but not divided by how many they are.",
  paddingCounted: "The padding was counted too; the mean is over the numbers that are really there.",
  sharedEqually: "What came back was shared equally among the window; the winner gets all of it.",
  winnerIgnored: "What came back was given to this number although it did not win its window.",
  loserTaken: "This number was taken for one that lost its window; the winner gets all that comes back.",
  notShared: "What came back was not shared; in a mean each number has its part of it.",
  channelsFirst:
    "The channels were taken one after the other; flatten goes row by row, and at each position through all channels.",
  columnsFirst: "The map was read column by column; flatten goes row by row.",
  weightsIgnored: "The numbers were added as they are; each is multiplied by its weight first.",
  inputForgotten: "What came back was not multiplied by the input that the weight saw.",
  gradientForgotten: "The inputs were taken without what came back; each is multiplied by it.",
  addedNotMultiplied: "The two numbers were added; the chain rule multiplies them.",
  constantTaken:
    "The bias was taken for a constant with derivative 0; the loss changes with it as with any other parameter.",
  expForgotten: "The scores themselves were made shares; softmax makes shares of e to the power of them.",
  winnerTakesAll: "The largest score got everything; softmax leaves every class its share.",
  equalShares: "Every class got the same share; larger scores get more.",
  notNormalised: "The power was not divided by the sum over all classes.",
  oneMinus: "The probability was taken from 1; the loss is the negative logarithm of it.",
  minusForgotten: "The minus sign was forgotten: ln p is negative, the loss is −ln p.",
  probabilityTaken: "This is the probability of the true class; the loss is its negative logarithm.",
  otherClass: "This is the loss of another class, the one with the largest probability beside the true one.",
  targetForgotten: "The target was not subtracted: the slope is p − t.",
  signTurned: "The sign was turned.",
  softmaxSlope: "This is the slope of the probability, p·(1 − p); the slope of the loss is p − t.",
  termsNotAdded: "Only the first part that is not 0 was taken; all parts are added.",
  gateIgnored: "Closed gates were overlooked: what stands in front of them does not come back.",
  uphill: "The step was added: against the gradient the loss falls, along it the loss rises.",
  rateForgotten: "The learning rate was forgotten: the whole gradient was taken away.",
  gradientTaken: "This is the gradient, not the new weight.",
  stepTaken: "This is the step alone; it is added to the weight.",
  notMoved: "The weight was left as it was.",
  plusOneForgotten: "The first position was not counted: the window stands once before it is moved.",
  strideIgnored: "The window was moved by one cell each time; the stride moves it further.",
  paddingForgotten: "The padding was forgotten: it makes the picture larger before the window slides.",
  sizeKept: "The map was taken to be as large as the picture; a window that stays inside has fewer places.",
  roundedUp: "It was rounded up; a window that reaches beyond the end is dropped.",
} as const satisfies Record<string, string>;

/** What went wrong, as a key. */
export type MisreadingCause = keyof typeof sentences;

/** What went wrong, and what holds instead, in a sentence or two. */
export function describeMisreading(cause: MisreadingCause): string {
  return sentences[cause];
}
