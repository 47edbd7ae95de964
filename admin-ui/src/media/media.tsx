import { Screen } from "../app/screen";
import { frameWords } from "../app/words";
import { useWords } from "../words/words";

export function Media() {
  const say = useWords(frameWords);
  return <Screen title={say.media}>{null}</Screen>;
}
