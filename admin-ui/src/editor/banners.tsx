import { Button } from "@mantine/core";
import { useWords } from "../words/words";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import { editorWords } from "./words";
import { dayAndTime } from "./zone";

/** What stands between the writer and a saved text: said once, with what is safe and what to do. */
export function Banners({ writing, view, zone, open }: Part) {
  const say = useWords(editorWords);
  if (view.saving === "gone") {
    return <div className={classes["banner"]} role="alert"><p>{say.goneText}</p><Button variant="default" size="xs" onClick={() => writing.startAnew()}>{say.startAnew}</Button></div>;
  }
  if (view.saving === "nowhere") return <div className={classes["banner"]} role="alert"><p>{say.nowhereText}</p></div>;
  if (view.conflict) {
    return (
      <div className={classes["banner"]} role="alert">
        <p>{say.apartText(dayAndTime(view.conflict.at, zone))}</p>
        <Button variant="default" size="xs" onClick={() => open("compare")}>{say.compare}</Button>
      </div>
    );
  }
  if (view.found) {
    return (
      <div className={classes["banner"]} role="alert">
        <p>{say.foundText(dayAndTime(view.found.at, zone))}</p>
        <Button variant="default" size="xs" onClick={() => open("compare")}>{say.compare}</Button>
        <Button variant="default" size="xs" onClick={() => writing.answerFound(true)}>{say.useFound}</Button>
        <Button variant="subtle" color="gray" size="xs" onClick={() => writing.answerFound(false)}>{say.dropFound}</Button>
      </div>
    );
  }
  if (view.saving === "refused") return <div className={classes["banner"]} role="alert"><p>{say.refusedText} {Object.values(view.errors).filter(Boolean).join(" · ")}</p></div>;
  return null;
}
