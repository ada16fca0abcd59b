package dev.weft.control.watch;

import dev.weft.api.v1.Hello;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.watch.Admission.Admitted;
import java.util.Set;

/** The phase of a stream. */
sealed interface StreamPhase {

    record AwaitingHello() implements StreamPhase {}

    record Open(String workload, Admitted admitted, String version, Set<String> capabilities, Subscription subscription)
            implements StreamPhase {

        static Open of(Hello hello, Admitted admitted, Subscription subscription) {
            return new Open(
                    hello.getWorkload(),
                    admitted,
                    ReportedLeaf.shorten(hello.getProxyVersion()),
                    Capabilities.read(hello.getCapabilitiesList()),
                    subscription);
        }
    }

    /** The present trust refuses the caller; the last messages are still being sent. */
    record Leaving(Open open, RefusedException why) implements StreamPhase {}

    record Ended() implements StreamPhase {}
}
