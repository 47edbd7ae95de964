import { TextInput } from "@mantine/core";
import type { CSSProperties, KeyboardEvent, MouseEvent } from "react";
import { useWords } from "../words/words";
import { cutAt, srcSet, type Media } from "./data";
import classes from "./media.module.css";
import { mediaWords } from "./words";

interface Point {
  x: number;
  y: number;
}

const within = (share: number) => Math.min(1, Math.max(0, Math.round(share * 100) / 100));
const percent = (share: number) => Math.round(share * 100);

const steps: Record<string, Point> = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };

/** The picture, large, with what must stay in sight of it: by pointing, by arrow keys, by numbers. */
export function Focal({ media, at, wrong, onChange }: { media: Media; at: Point; wrong: string | undefined; onChange(at: Point): void }) {
  const say = useWords(mediaWords);
  const point = (event: MouseEvent<HTMLElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    if (event.detail > 0) onChange({ x: within((event.clientX - left) / width), y: within((event.clientY - top) / height) });
  };
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const far = event.shiftKey ? 0.1 : 0.01;
    onChange({ x: within(at.x + step.x * far), y: within(at.y + step.y * far) });
  };
  const field = (label: string, axis: "x" | "y") => (
    <TextInput size="md" type="number" inputMode="numeric" min={0} max={100} label={label} value={percent(at[axis])} onChange={({ currentTarget }) => onChange({ ...at, [axis]: within(Number(currentTarget.value) / 100) })} />
  );
  const reserved = { "--ratio": media.width / media.height, "--wide": `${media.width}px` } as CSSProperties;
  const image = { src: media.url, srcSet: srcSet(media), alt: "" };
  return (
    <div className={classes["look"]}>
      <div className={classes["large"]}>
        <div className={classes["frame"]} style={reserved} onClick={point}>
          <img {...image} sizes="(max-width: 61.99em) 100vw, 40rem" alt={media.alt} width={media.width} height={media.height} />
          <button type="button" className={classes["ring"]} style={{ left: `${at.x * 100}%`, top: `${at.y * 100}%` }} aria-label={say.ring(percent(at.x), percent(at.y))} aria-describedby="focal-hint" onKeyDown={move} />
        </div>
      </div>
      <fieldset className={classes["focal"]}>
        <legend>{say.focal}</legend>
        <p id="focal-hint" className="meta">{say.focalHint}</p>
        <div className={classes["numbers"]}>{field(say.left, "x")}{field(say.top, "y")}</div>
        {wrong && <p className={classes["wrong"]} role="alert">{wrong}</p>}
        <div className={classes["cuts"]}>
          <figure data-cut="wide"><img {...image} sizes="14rem" style={cutAt(at)} /><figcaption className="meta">{say.wide}</figcaption></figure>
          <figure data-cut="square"><img {...image} sizes="8rem" style={cutAt(at)} /><figcaption className="meta">{say.square}</figcaption></figure>
        </div>
      </fieldset>
    </div>
  );
}
