import { PhasewiseError } from "../../errors.ts";
import type { LstmTrainer } from "../../forecast/lstm.ts";
import { createTrainer } from "./train.ts";

const PACKAGES = "@tensorflow/tfjs-core, @tensorflow/tfjs-layers and @tensorflow/tfjs-backend-cpu 4.22.0";

/**
 * The trainer on TensorFlow.js, whose optional packages are loaded now and not before. Throws `PACKAGE_MISSING` where they are not
 * installed.
 */
export async function loadLstmTrainer(): Promise<LstmTrainer> {
  try {
    const tensors = await import("@tensorflow/tfjs-core");
    // The bundle of tfjs-core for node has no gradients; that of tfjs-layers registers them when it is loaded.
    await import("@tensorflow/tfjs-layers");
    await import("@tensorflow/tfjs-backend-cpu");
    // Without it the package advises on standard error to install its native sister.
    tensors.enableProdMode();
    await tensors.setBackend("cpu");
    return createTrainer(tensors);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new PhasewiseError(
      "PACKAGE_MISSING",
      `--model lstm needs the optional packages ${PACKAGES}, which cannot be loaded: ${reason}; install them with: npm install --include=optional`,
      { cause },
    );
  }
}
