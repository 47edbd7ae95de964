import { Button } from "@mantine/core";
import { IconPhotoPlus } from "@tabler/icons-react";
import { useWords } from "../words/words";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import { editorWords } from "./words";

/** The picture that the post leads with. */
export function Cover({ view, open }: Part) {
  const say = useWords(editorWords);
  const picture = view.fields.feature_image;
  if (!picture) {
    return (
      <button type="button" className={classes["cover"]} onClick={() => open("picture")}>
        <IconPhotoPlus size={20} stroke={1.75} aria-hidden="true" />{say.addPicture}
      </button>
    );
  }
  return (
    <figure className={classes["lead"]}>
      <img src={picture.url} alt={picture.alt} />
      <figcaption>
        <span className={classes["leadText"]}>{picture.caption || picture.alt || say.noAlt}</span>
        <Button variant="default" size="xs" onClick={() => open("picture")}>{say.changePicture}</Button>
      </figcaption>
    </figure>
  );
}
