/** What of the provider the tests use; it comes without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  export type Context = {
    path: string;
    req: IncomingMessage;
    res: ServerResponse;
    respond: boolean;
    body?: { id_token?: string };
    oidc: {
      provider: Provider;
      session: { accountId: string };
      client: { clientId: string };
    };
  };

  export default class Provider {
    constructor(issuer: string, settings: object);
    Grant: new (
      of: object,
    ) => { addOIDCScope(scope: string): void; save(): Promise<string> };
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
      options: object,
    ): Promise<void>;
    callback(): RequestListener;
  }
}
