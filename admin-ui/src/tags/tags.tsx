import { Screen } from "../app/screen";
import { frameWords } from "../app/words";
import { useWords } from "../words/words";

export function Tags() {
  const say = useWords(frameWords);
  return <Screen title={say.tags}>{null}</Screen>;
}
