import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { messageOf, PhasewiseError } from "../errors.ts";
import { type RawOptions, textOption } from "./options.ts";

/** A certificate, with those that signed it behind it, and its key, as PEM. */
export type TlsFiles = { readonly cert: string; readonly key: string };

/**
 * `--tls-cert` and `--tls-key`; undefined where neither is given, for an unencrypted port.
 *
 * @throws PhasewiseError OPTION_INVALID for one without the other, a file that holds none, or a key of another certificate; DATA_MISSING
 * for a file that cannot be read
 */
export async function tlsOption(options: RawOptions): Promise<TlsFiles | undefined> {
  const [certPath, keyPath] = [textOption(options, "tlsCert"), textOption(options, "tlsKey")];
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined || keyPath === undefined) {
    const [given, missing] = certPath === undefined ? ["key", "cert"] : ["cert", "key"];
    throw new PhasewiseError("OPTION_INVALID", `--tls-${given} needs --tls-${missing} beside it`);
  }
  const [cert, key] = [await textOf("--tls-cert", certPath), await textOf("--tls-key", keyPath)];
  const certificate = readAs(
    `--tls-cert ${certPath}: no certificate in PEM`,
    () => new X509Certificate(cert),
  );
  const own = readAs(`--tls-key ${keyPath}: no private key in PEM without a passphrase`, () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(own)) {
    const subject = certificate.subject.replaceAll("\n", ", ");
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--tls-key ${keyPath}: not the key of ${certPath} (${subject})`,
    );
  }
  return { cert, key };
}

/** `--ca`: certificates, as PEM, that the engine's is trusted by; undefined for those of the system. */
export async function authorityOption(options: RawOptions): Promise<string | undefined> {
  const path = textOption(options, "ca");
  if (path === undefined) return undefined;
  const ca = await textOf("--ca", path);
  readAs(`--ca ${path}: no certificate in PEM`, () => new X509Certificate(ca));
  return ca;
}

async function textOf(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PhasewiseError("DATA_MISSING", `${option} ${path}: cannot be read: ${reason}`, { cause });
  }
}

function readAs<Value>(otherwise: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    // What the file holds stays out of the message: it may be a key.
    throw new PhasewiseError("OPTION_INVALID", otherwise, { cause });
  }
}
