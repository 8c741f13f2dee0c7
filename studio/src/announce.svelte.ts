// The page's one polite live region: what it says now.
class Announcer {
  text = $state("");
}

export const announcer = new Announcer();

export function announce(text: string): void {
  announcer.text = text;
}
