package dev.weft.proxy.observe;

import dev.weft.identity.spiffe.SpiffeId;
import org.jspecify.annotations.Nullable;

/**
 * A request of the workload's own application that has ended, as its own sidecar sums it up.
 *
 * @param protocol {@code http/1.1}, {@code http/2} or {@code grpc}
 * @param peer identity of the endpoint that it last went to; null if that has no sidecar, or if there was none
 * @param reached whether an endpoint accepted it
 * @param status status of the response that the application got; 0 for none
 * @param grpcStatus gRPC status; -1 for none
 * @param nanos time from its head to its end, in nanoseconds
 */
record SentRequest(String protocol, @Nullable SpiffeId peer, boolean reached, int status, int grpcStatus, long nanos) {
    private static final int CLIENT_ERROR = 400;

    /** Whether it counts: a redirect that the sidecar itself sent concerns no peer. */
    boolean counts() {
        return reached || isRefused();
    }

    private boolean isRefused() {
        return !reached && (status >= CLIENT_ERROR || grpcStatus > 0);
    }

    void addTo(RequestTally tally) {
        if (isRefused()) {
            tally.refused();
        } else {
            tally.ended(status, grpcStatus, nanos);
        }
    }
}
