package dev.weft.control.observe;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservationReplicaGrpc;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapRequestsRequest;
import dev.weft.control.caller.Caller;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Predicate;
import java.util.stream.Gatherers;

/**
 * {@code weft.v1.ObservationReplica}: shows the other replicas of this control plane what the proxies connected here
 * observe.
 */
public final class ReplicaObservation extends ObservationReplicaGrpc.ObservationReplicaImplBase {

    /** The refusal of callers that are no replicas. */
    public static final Reason STRANGER = Reason.of("WEFT-C124", Status.Code.PERMISSION_DENIED);

    /** Most edges in one message: 2 MiB if all their texts have the greatest length; a replica accepts 4 MiB. */
    private static final int MOST_AT_ONCE = 200;

    private final ObservedMesh mesh;
    private final Predicate<Caller> isReplica;

    /**
     * Creates the service.
     *
     * @param isReplica whether a caller proves the identity of this control plane
     */
    public ReplicaObservation(ObservedMesh mesh, Predicate<Caller> isReplica) {
        this.mesh = requireNonNull(mesh, "mesh");
        this.isReplica = requireNonNull(isReplica, "isReplica");
    }

    @Override
    public void listEdges(ListEdgesRequest request, StreamObserver<ListEdgesResponse> responses) {
        if (!isReplica.test(Caller.current())) {
            responses.onError(stranger());
            return;
        }
        ListEdgesResponse all = ObservedEdges.here(mesh, request);
        responses.onNext(all.toBuilder().clearEdges().build());
        all.getEdgesList().stream()
                .gather(Gatherers.windowFixed(MOST_AT_ONCE))
                .forEach(some -> responses.onNext(
                        ListEdgesResponse.newBuilder().addAllEdges(some).build()));
        responses.onCompleted();
    }

    @Override
    public void tapRequests(TapRequestsRequest request, StreamObserver<TapEvent> responses) {
        TapCall call = new TapCall((ServerCallStreamObserver<TapEvent>) responses);
        if (isReplica.test(Caller.current())) {
            var _ = ObservationService.begin(mesh, request, call);
        } else {
            call.fail(stranger());
        }
    }

    private static RefusedException stranger() {
        return new RefusedException(STRANGER, "what is observed here is for replicas of this control plane alone");
    }
}
