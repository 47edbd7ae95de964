import { Screen } from "../app/screen";
import { frameWords } from "../app/words";
import { useWords } from "../words/words";

export function Account() {
  const say = useWords(frameWords);
  return <Screen title={say.account}>{null}</Screen>;
}
