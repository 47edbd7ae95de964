import { catalogue } from "../../words/words";

export const bodyWords = catalogue(
  {
    text: "Text of the post",
  },
  {
    text: "Text des Beitrags",
  },
);
