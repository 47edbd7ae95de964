import { Screen } from "../app/screen";
import { frameWords } from "../app/words";
import { useWords } from "../words/words";

export function Settings() {
  const say = useWords(frameWords);
  return <Screen title={say.settings}>{null}</Screen>;
}
