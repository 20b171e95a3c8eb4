import type { Body } from "@sello/api";

export type Template = Body<"TemplateAnswer">;
export type Starter = Body<"StarterAnswer">;
