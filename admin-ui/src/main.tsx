import { nonce } from "./app/trusted"; // first: what follows makes style elements
import "../tokens.css";
import "./app/styles";
import "./app/base.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { currentSession, restore } from "./api/session";
import { queries } from "./app/data";
import { install } from "./app/install";
import { useSession } from "./app/person";
import { router } from "./app/router";
import { Start } from "./app/start";
import { cssVariablesResolver, theme } from "./app/theme";
import { frameWords } from "./app/words";
import { Empty } from "./parts/states";
import { useWords } from "./words/words";

function App() {
  const session = useSession();
  const say = useWords(frameWords);
  if (session.state === "starting") return <Start />;
  if (session.state === "unreachable") {
    const [title, text] = navigator.onLine ? [say.unreachable, say.unreachableText] : [say.offlineTitle, say.offlineText];
    return <main><Empty level="closed" title={title}><p>{text}</p></Empty></main>;
  }
  return <RouterProvider router={router} />;
}

const every = 5_000; // ms; until the server answers

function begin(): void {
  void restore().finally(() => {
    if (currentSession().state === "unreachable") setTimeout(begin, every);
  });
}

begin();
install();

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
