package dev.weft.control.watch;

import dev.weft.control.refusal.RefusedException;
import dev.weft.control.watch.Admission.Admitted;

/** The phase of a stream. */
sealed interface StreamPhase {

    record AwaitingHello() implements StreamPhase {}

    record Open(String workload, Admitted admitted, String version, Subscription subscription) implements StreamPhase {}

    /** The present trust refuses the caller; the last messages are still being sent. */
    record Leaving(Open open, RefusedException why) implements StreamPhase {}

    record Ended() implements StreamPhase {}
}
