package dev.weft.control.observe;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ListPolicedWorkloadsRequest;
import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.PolicedWorkload;
import dev.weft.api.v1.TapBegun;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TapFilter;
import dev.weft.api.v1.TapRequestsRequest;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers operators who ask what the mesh's proxies observe, from the proxies of all replicas. */
public final class ObservationService extends ObservationOperatorGrpc.ObservationOperatorImplBase {

    /** There is no such workload. */
    private static final Reason NO_WORKLOAD = Reason.of("WEFT-C180", Status.Code.NOT_FOUND);

    /** Too many operators watch. */
    private static final Reason TOO_MANY = Reason.of("WEFT-C181", Status.Code.RESOURCE_EXHAUSTED);

    private static final int MAX_FILTER = 1024;

    private final ObservedMesh mesh;
    private final OtherObservers others;

    /**
     * Creates the service of this mesh.
     *
     * @param others asks the other replicas
     */
    public ObservationService(ObservedMesh mesh, OtherObservers others) {
        this.mesh = requireNonNull(mesh, "mesh");
        this.others = requireNonNull(others, "others");
    }

    @Override
    public void listEdges(ListEdgesRequest request, StreamObserver<ListEdgesResponse> responses) {
        OtherObservers.ReplicaAnswers answered = others.edges(request);
        List<ListEdgesResponse> answers = new ArrayList<>(List.of(ObservedEdges.here(mesh, request)));
        answers.addAll(answered.answers());
        responses.onNext(SelectedEdges.of(ObservedEdges.together(answers, answered.missing()), request));
        responses.onCompleted();
    }

    @Override
    public void tapRequests(TapRequestsRequest request, StreamObserver<TapEvent> responses) {
        TapCall call = new TapCall((ServerCallStreamObserver<TapEvent>) responses);
        if (begin(mesh, request, call)) {
            call.atEnd(others.tap(request, call::relayed));
        }
    }

    @Override
    public void listPolicedWorkloads(ListPolicedWorkloadsRequest request, StreamObserver<PolicedWorkload> responses) {
        PolicedWorkloads.of(mesh, request.getNamespace()).forEach(responses::onNext);
        responses.onCompleted();
    }

    /** Starts a tap. Returns whether the call receives requests from now on; otherwise it has failed. */
    static boolean begin(ObservedMesh mesh, TapRequestsRequest request, TapCall call) {
        String workload = request.getWorkload();
        TapFilter filter = request.getFilter();
        if (!mesh.workloads().contains(workload)) {
            call.fail(new RefusedException(
                    NO_WORKLOAD,
                    "no meshed workload is called '" + shorten(workload) + "'",
                    "'weft status' lists them"));
            return false;
        }
        if (filter.getSerializedSize() > MAX_FILTER) {
            call.fail(new RefusedException(
                    TOO_MANY.as(Status.Code.INVALID_ARGUMENT), "a filter of more than " + MAX_FILTER + " octets"));
            return false;
        }
        call.offer(TapEvent.newBuilder()
                .setBegun(TapBegun.newBuilder()
                        .setRequestsRead(mesh.readsRequests(workload))
                        .setConnected(mesh.isConnected(workload)))
                .build());
        Optional<Runnable> end = mesh.taps().begin(workload, filter, call);
        if (end.isEmpty()) {
            call.fail(new RefusedException(
                    TOO_MANY,
                    Taps.MAX_PER_WORKLOAD + " taps of one workload, or " + Taps.MAX_TAPS + " in all, are open already",
                    "end one of them"));
            return false;
        }
        call.atEnd(end.get());
        return true;
    }

    private static String shorten(String text) {
        return text.length() <= MAX_FILTER ? text : text.substring(0, MAX_FILTER);
    }
}
