import classes from "./face.module.css";

/** A letter on a ground of its own, which one name always gets: no picture of a reader is ever loaded. */
export function Face({ name, small }: { name: string; small?: boolean }) {
  const letter = [...name.trim()][0]?.toLocaleUpperCase() ?? "?";
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 997;
  return (
    <span className={classes["face"]} data-tint={(sum % 4) + 1} data-small={small || undefined} aria-hidden="true">
      {letter}
    </span>
  );
}
