import { render } from "preact";
import { LanguageProvider } from "../../components/language.ts";
import { App } from "./app.tsx";
import "./style.css";
import { language } from "./texts/texts.ts";

document.documentElement.lang = language.tag;
render(
  <LanguageProvider value={language}>
    <App />
  </LanguageProvider>,
  document.body,
);
