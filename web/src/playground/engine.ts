/** What the playground asks of the engine. */
import type {
  CancelledAnswer,
  CheckDoneAnswer,
  CheckRequest,
  CompareRequest,
  ErrorAnswer,
  RunRequest,
  StudyDoneAnswer,
} from "../engine/protocol";

export interface OnTheWay {
  progress(share: number): void;
  partial(answer: { readonly share: number; readonly result: string; readonly page?: string }): void;
}

export interface Engine {
  run(
    request: Omit<RunRequest, "id"> | Omit<CompareRequest, "id">,
    signal: AbortSignal,
    onTheWay: OnTheWay,
  ): Promise<StudyDoneAnswer | ErrorAnswer | CancelledAnswer>;
  check(
    request: Omit<CheckRequest, "id">,
    signal: AbortSignal,
  ): Promise<CheckDoneAnswer | ErrorAnswer | CancelledAnswer>;
}
