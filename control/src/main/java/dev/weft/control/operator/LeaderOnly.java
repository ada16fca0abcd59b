package dev.weft.control.operator;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;

/**
 * Refuses operators' calls if this control plane does not lead: another replica could answer only from partial
 * knowledge and must change nothing. Calls about the replica itself are answered by each replica.
 */
public final class LeaderOnly implements ServerInterceptor {

    private static final Reason FOLLOWS = Reason.of("WEFT-C123", Status.Code.UNAVAILABLE);

    private static final Set<String> EACH = Set.of("weft.v1.MetricsOperator", "weft.v1.ObservationOperator");

    private final Leadership leadership;

    /** @param leadership whether this control plane leads, or which one does */
    public LeaderOnly(Leadership leadership) {
        this.leadership = requireNonNull(leadership, "leadership");
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String service = String.valueOf(call.getMethodDescriptor().getServiceName());
        if (leadership.leads() || EACH.contains(service)) {
            return next.startCall(call, headers);
        }
        String advice = leadership
                .leader()
                .map(pod -> "ask " + pod + ", which does")
                .orElse("no replica leads at this moment: try again in some seconds");
        return new RefusedException(FOLLOWS, "this replica of the control plane does not lead", advice).close(call);
    }
}
