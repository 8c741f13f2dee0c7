// A pad to write on, and what is written there in the form of the digits that the network learned from.

/** Pixels a side of the network's pictures, and of the box that their ink fills. */
const side = 28;
const box = 20;

/** Lets one write on a canvas; `onStroke` hears of every change. Gives a function that wipes it clean. */
export function writeOn(canvas, onStroke) {
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  Object.assign(pen, { strokeStyle: "#fff", lineWidth: 22, lineCap: "round", lineJoin: "round" });
  const at = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientX - left) * canvas.width) / width, ((clientY - top) * canvas.height) / height];
  };
  let last;
  const draw = (event) => {
    if (!last) return;
    pen.beginPath();
    pen.moveTo(...last);
    last = at(event);
    pen.lineTo(...last);
    pen.stroke();
    onStroke();
  };
  canvas.addEventListener("pointerdown", (event) => {
    last = at(event);
    draw(event);
  });
  addEventListener("pointermove", draw);
  addEventListener("pointerup", () => {
    last = undefined;
  });
  return () => pen.clearRect(0, 0, canvas.width, canvas.height);
}

/** 28×28 levels: the ink scaled into the box, its centre of mass in the middle; undefined where nothing is written. */
export function pixelsOf(canvas) {
  const ink = inkOf(canvas.getContext("2d"), canvas.width, canvas.height);
  if (ink.mass === 0) return undefined;
  const [width, height] = [ink.right - ink.left + 1, ink.bottom - ink.top + 1];
  const scale = box / Math.max(width, height);
  const form = new OffscreenCanvas(side, side).getContext("2d", { willReadFrequently: true });
  form.imageSmoothingQuality = "high";
  const x = side / 2 - (ink.x - ink.left + 0.5) * scale;
  const y = side / 2 - (ink.y - ink.top + 0.5) * scale;
  form.drawImage(canvas, ink.left, ink.top, width, height, x, y, width * scale, height * scale);
  const { data } = form.getImageData(0, 0, side, side);
  return Uint8Array.from({ length: side * side }, (_, k) => data[4 * k + 3]);
}

/** Where the ink is, how much, and its centre. */
function inkOf(pen, width, height) {
  const { data } = pen.getImageData(0, 0, width, height);
  const ink = { left: width, right: 0, top: height, bottom: 0, mass: 0, x: 0, y: 0 };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const level = data[4 * (row * width + column) + 3];
      if (level === 0) continue;
      ink.left = Math.min(ink.left, column);
      ink.right = Math.max(ink.right, column);
      ink.top = Math.min(ink.top, row);
      ink.bottom = Math.max(ink.bottom, row);
      ink.mass += level;
      ink.x += level * column;
      ink.y += level * row;
    }
  }
  return { ...ink, x: ink.x / ink.mass, y: ink.y / ink.mass };
}
