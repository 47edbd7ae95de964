const longest = 100; // characters

/** What the server makes of a text that is to be a slug: letters and digits of any script, apostrophes dropped, everything else a hyphen. */
export function slugOf(text: string): string {
  const words = text.normalize("NFC").toLowerCase().replaceAll(/['’‘ʼ`]/g, "").replaceAll(/[^\p{L}\p{M}\p{Nd}]+/gu, "-").replaceAll(/^-+|-+$/g, "");
  return [...words].slice(0, longest).join("").replace(/-+$/, "");
}

/** Whether a slug was made from a title, perhaps with a number behind it because the slug was taken. */
export function isSlugOf(slug: string, title: string): boolean {
  const made = slugOf(title);
  return slug === made || (slug.startsWith(`${made}-`) && /^\d+$/.test(slug.slice(made.length + 1)));
}
