import Type from "typebox";
import {
  AckFrame,
  AlarmFrame,
  CommandFrame,
  DetectionsFrame,
  GoFrame,
  HeartbeatFrame,
  HelloFrame,
  LogFrame,
  PlantHelloFrame,
  ReadyFrame,
  RefusalFrame,
  StageScheduleFrame,
  StateFrame,
  TimingPlanFrame,
  WelcomeFrame,
} from "./frames.ts";
import { MeasuresFrame, TrafficFrame } from "./plant-frames.ts";
import { ZoneFrame } from "./zone-frame.ts";

/** Every frame that a controller or a plant may send, as published. */
export const CONTROLLER_FRAMES = Type.Union([
  HelloFrame,
  StateFrame,
  DetectionsFrame,
  ZoneFrame,
  AckFrame,
  AlarmFrame,
  LogFrame,
  PlantHelloFrame,
  ReadyFrame,
  TrafficFrame,
  MeasuresFrame,
]);

/** Every frame that the engine may send. */
export const ENGINE_FRAMES = Type.Union([
  WelcomeFrame,
  TimingPlanFrame,
  StageScheduleFrame,
  CommandFrame,
  HeartbeatFrame,
  GoFrame,
  RefusalFrame,
]);
