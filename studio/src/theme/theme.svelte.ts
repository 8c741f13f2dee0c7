// Light or dark: what the system says, unless the reader chose; the choice stays in this browser.
type Theme = "light" | "dark";

const dark = matchMedia("(prefers-color-scheme: dark)");
const place = "cutaway-theme";

class ThemeChoice {
  #chosen: Theme | undefined = $state(read());
  #system: Theme = $state(dark.matches ? "dark" : "light");

  constructor() {
    dark.addEventListener("change", () => {
      this.#system = dark.matches ? "dark" : "light";
    });
    this.#show();
  }

  get now(): Theme {
    return this.#chosen ?? this.#system;
  }

  toggle(): void {
    this.#chosen = this.now === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(place, this.#chosen);
    } catch {
      // A browser that keeps nothing still shows the choice.
    }
    this.#show();
  }

  #show(): void {
    if (this.#chosen) document.documentElement.dataset.theme = this.#chosen;
  }
}

function read(): Theme | undefined {
  try {
    const kept = localStorage.getItem(place);
    return kept === "light" || kept === "dark" ? kept : undefined;
  } catch {
    return undefined;
  }
}

export const theme = new ThemeChoice();
