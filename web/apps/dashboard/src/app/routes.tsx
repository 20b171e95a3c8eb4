import { createBrowserRouter, type RouteObject } from "react-router";

import { given } from "../given";
import { AcceptInvitationPage } from "../session/accept-invitation";
import { Arriving } from "../session/arriving";
import { ForgotPasswordPage } from "../session/forgot-password";
import { RegisterPage } from "../session/register";
import { ResetPasswordPage } from "../session/reset-password";
import { SignInPage } from "../session/sign-in";
import { VerifyEmailPage } from "../session/verify-email";
import { Broken } from "./broken";
import { NotFound } from "./not-found";
import { OnlyFor } from "./only-for";
import { PLACES } from "./places";
import { Shell } from "./shell";

const doors: RouteObject[] = [
  { path: "/app/entrar", element: <SignInPage /> },
  { path: "/app/crear", element: <RegisterPage /> },
  // The addresses in our mails.
  { path: "/app/verify-email", element: <VerifyEmailPage /> },
  { path: "/app/forgot-password", element: <ForgotPasswordPage /> },
  { path: "/app/reset-password", element: <ResetPasswordPage /> },
  { path: "/app/accept-invitation", element: <AcceptInvitationPage /> },
];

// Each place is a file of its own that is loaded when somebody goes there.
const places: RouteObject[] = PLACES.flatMap(({ path, roles, page }) => {
  if (!page) return [];
  const lazy = async () => {
    const Page = await page();
    return {
      Component: () => (
        <OnlyFor roles={roles}>
          <Page />
        </OnlyFor>
      ),
    };
  };
  return [{ path, lazy, errorElement: <Broken /> }];
});

// The parts in all their states: for whoever writes pages, and for the tests.
const workshop: RouteObject[] =
  import.meta.env.DEV || given.parts
    ? [{ path: "/app/partes", lazy: async () => ({ Component: (await import("../parts/page")).PartsPage }) }]
    : [];

export const router = createBrowserRouter([
  {
    errorElement: <Broken />,
    hydrateFallbackElement: <Arriving />,
    children: [
      ...doors,
      ...workshop,
      { element: <Shell />, children: [...places, { path: "*", element: <NotFound /> }] },
    ],
  },
]);
