import { Screen } from "../app/screen";
import { frameWords } from "../app/words";
import { useWords } from "../words/words";

export function Comments() {
  const say = useWords(frameWords);
  return <Screen title={say.comments}>{null}</Screen>;
}
