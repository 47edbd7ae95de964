import { nonce } from "./app/trusted"; // first: what follows makes style elements
import "../tokens.css";
import "./app/styles";
import "./app/base.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { restore } from "./api/session";
import { queries } from "./app/data";
import { useSession } from "./app/person";
import { router } from "./app/router";
import { cssVariablesResolver, theme } from "./app/theme";
import { frameWords } from "./app/words";
import { Empty } from "./parts/states";
import { useWords } from "./words/words";

function App() {
  const session = useSession();
  const say = useWords(frameWords);
  if (session.state === "starting") return null;
  if (session.state === "unreachable") return <Empty level="closed" title={say.unreachable}><p>{say.unreachableText}</p></Empty>;
  return <RouterProvider router={router} />;
}

const again = setInterval(() => void restore(), 5_000); // ms; until the server answers
void restore().finally(() => clearInterval(again));

const root = document.getElementById("app");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <QueryClientProvider client={queries}>
          <App />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
