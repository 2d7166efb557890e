/* Requests to the centre: JSON, the session's token on everything that changes state, one clear line on failure. */

export class CentreError extends Error {
  constructor(
    readonly status: number, // 0: the centre could not be reached
    message: string,
  ) {
    super(message);
  }
  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export class Http {
  csrf: string | null = null;
  onsignedout: () => void = () => {};

  get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.#json<T>(path, { signal });
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#json<T>(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  }

  delete(path: string): Promise<unknown> {
    return this.#json(path, { method: 'DELETE' });
  }

  async bytes(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    return (await this.#send(path, { signal })).arrayBuffer();
  }

  async #json<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.#send(path, init);
    return (response.status === 204 ? null : await response.json()) as T;
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (init.method && this.csrf) headers.set('X-Periplus-CSRF', this.csrf);
    let response: Response;
    try {
      response = await fetch(path, { ...init, headers, credentials: 'same-origin' });
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw new CentreError(0, 'The centre does not answer.');
    }
    if (response.ok) return response;
    if (response.status === 401 && !path.startsWith('/api/session')) this.onsignedout();
    throw new CentreError(response.status, await detailOf(response));
  }
}

async function detailOf(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { detail?: unknown };
    if (typeof body.detail === 'string' && body.detail) return body.detail;
  } catch {
    // Not JSON: a proxy's page, of no use to an officer.
  }
  return `The centre answered ${response.status}.`;
}
