package dev.weft.control.watch;

import dev.weft.control.watch.Admission.Admitted;

/** How far a stream is. */
sealed interface Phase {

    record AwaitingHello() implements Phase {}

    record Open(String workload, Admitted admitted, String version, Subscription subscription) implements Phase {}

    record Ended() implements Phase {}
}
