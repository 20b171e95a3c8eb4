import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { openCounter } from "./app/open";
import "./styles.css";

const root = document.getElementById("root");
if (root) {
  const counter = await openCounter();
  root.textContent = "";
  createRoot(root).render(
    <StrictMode>
      <App counter={counter} />
    </StrictMode>,
  );
}
