import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Oidc, { type Context } from 'oidc-provider';

/** What a provider may say that does not hold. */
export type Lie = 'other key' | 'no signature' | 'other house' | 'other nonce' | 'long ago' | 'other issuer';

/** A real provider of OpenID Connect: whoever comes is `person`, without being asked for a password. */
export class Provider {
  issuer = '';
  /** Who sits before the browser; none: who refuses to sign in. */
  person: string | undefined = 'nobody';
  lie: Lie | undefined;
  /** Addresses that were asked for, without what came behind the question mark. */
  readonly asked: string[] = [];
  private readonly server: Server;
  private answer: RequestListener = () => undefined;
  private jwk: Record<string, unknown> = {};

  private constructor() {
    this.server = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url?.split('?')[0]}`);
      this.answer(request, response);
    });
  }

  static async start(secret: string): Promise<Provider> {
    const provider = new Provider();
    await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    provider.issuer = `http://127.0.0.1:${(provider.server.address() as AddressInfo).port}`;
    provider.secret = secret;
    return provider;
  }
  private secret = '';
  private back = '';

  /** Knows the house that is found there. */
  knows(house: string): void {
    this.back = `${house}/api/v1/openid/callback`;
    this.renewKeys();
  }

  /** Signs with other keys from now on, as providers do now and then. */
  renewKeys(): void {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.jwk = { ...privateKey.export({ format: 'jwk' }), kid: `key-${Date.now()}`, use: 'sig', alg: 'RS256' };
    const names: Record<string, string> = { zhou: '周明', wu: '吴兰', zheng: '郑洁' };
    const oidc = new Oidc(this.issuer, {
      clients: [{ client_id: 'lingjian', client_secret: this.secret, redirect_uris: [this.back] }],
      jwks: { keys: [this.jwk] },
      cookies: { keys: ['of tests'] },
      claims: { profile: ['name', 'preferred_username'] },
      ttl: { AuthorizationCode: 60, Interaction: 60, Session: 60, Grant: 60, IdToken: 60, AccessToken: 60 },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_: Context, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_: Context, id: string) => ({
        accountId: id,
        claims: () => ({ sub: `subject-of-${id}`, name: names[id] ?? id, preferred_username: id }),
      }),
      loadExistingGrant: async ({ oidc: at }: Context) => {
        const grant = new at.provider.Grant({ accountId: at.session.accountId, clientId: at.client.clientId });
        grant.addOIDCScope('openid profile');
        await grant.save();
        return grant;
      },
    });
    oidc.use(async (context: Context, next: () => Promise<void>) => {
      if (context.path.startsWith('/interaction/')) {
        const result = this.person ? { login: { accountId: this.person } } : { error: 'access_denied' };
        await oidc.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: false });
        context.respond = false;
        return;
      }
      await next();
      if (context.path === '/token' && this.lie && context.body?.id_token) {
        context.body.id_token = this.lied(context.body.id_token, this.lie);
      }
    });
    this.answer = oidc.callback();
  }

  private lied(token: string, lie: Lie): string {
    const read = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
    const write = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const [head, body] = token.split('.');
    const claims = read(body);
    if (lie === 'no signature') return `${write({ alg: 'none' })}.${body}.`;
    if (lie === 'other house') claims.aud = 'another-house';
    if (lie === 'other nonce') claims.nonce = 'of-another-sign-in';
    if (lie === 'other issuer') claims.iss = 'https://elsewhere.example.com';
    if (lie === 'long ago') Object.assign(claims, { iat: claims.iat - 7200, exp: claims.exp - 7200 });
    const key =
      lie === 'other key'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
        : createPrivateKey({ key: this.jwk as never, format: 'jwk' });
    const signed = `${head}.${write(claims)}`;
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
