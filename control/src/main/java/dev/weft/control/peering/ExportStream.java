package dev.weft.control.peering;

import dev.weft.api.v1.PeeringTrust;
import dev.weft.api.v1.PeeringUpdate;
import dev.weft.control.caller.Caller;
import dev.weft.control.peering.PeerAdmission.Admitted;
import dev.weft.control.peering.PeerAdmission.RefusedException;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One peer's stream. Everything happens in its synchronization context, one thing after another. */
final class ExportStream {

    private static final Logger LOG = LoggerFactory.getLogger(ExportStream.class);

    static final String ENDED = "WEFT-C064";

    private final Caller caller;
    private final String held;
    private final ServerCallStreamObserver<PeeringUpdate> responses;
    private final PeeringEndpoint endpoint;
    private final SynchronizationContext sync;
    /** The messages of the step that is being told. */
    private final Deque<PeeringUpdate> untold = new ArrayDeque<>();
    /** What the peer holds when it has been told these. */
    private @Nullable Exports told;
    /** What it was told of trust last. */
    private @Nullable PeeringTrust toldTrust;

    private @Nullable Admitted admitted;
    private @Nullable ScheduledFuture<?> end;
    private boolean over;

    ExportStream(
            Caller caller, String held, ServerCallStreamObserver<PeeringUpdate> responses, PeeringEndpoint endpoint) {
        this.caller = caller;
        this.held = held;
        this.responses = responses;
        this.endpoint = endpoint;
        this.sync = new SynchronizationContext((_, e) -> {
            LOG.atError().setCause(e).log("peering stream failed");
            finish(Status.INTERNAL.withDescription("the control plane failed; its log says why"));
        });
    }

    /** Sets the handlers; to be called before the call's method returns. */
    void begin() {
        responses.setOnReadyHandler(() -> sync.execute(this::write));
        responses.setOnCancelHandler(() -> sync.execute(() -> finish(null)));
        responses.setOnCloseHandler(() -> sync.execute(() -> finish(null)));
        sync.execute(this::open);
    }

    /** The content or what is trusted has changed. */
    void changed() {
        sync.execute(() -> {
            if (!over && stillAdmitted()) {
                write();
            }
        });
    }

    void end(Status status, String reason) {
        sync.execute(() -> finish(status.withDescription(ENDED + ": " + reason)));
    }

    private void open() {
        try {
            Admitted peer = endpoint.admission().admit(caller);
            if (!endpoint.mayOpen(peer.trustDomain())) {
                finish(Status.RESOURCE_EXHAUSTED.withDescription(
                        ENDED + ": trust domain " + peer.trustDomain() + " opens streams too often"));
                return;
            }
            admitted = peer;
            if (!endpoint.add(this, peer.trustDomain())) {
                finish(Status.UNAVAILABLE.withDescription(ENDED + ": the control plane stops"));
                return;
            }
            end = endpoint.at(
                    peer.until(),
                    () -> end(Status.UNAUTHENTICATED, "the SVID of this connection ended at " + peer.until()));
            LOG.atInfo()
                    .addKeyValue("trustDomain", peer.trustDomain())
                    .addKeyValue("peer", caller.address())
                    .log("peering stream open");
            write();
            // What is trusted may have changed between admission and being known to the endpoint.
            changed();
        } catch (RefusedException e) {
            refused(e);
        }
    }

    private boolean stillAdmitted() {
        try {
            endpoint.admission().admit(caller);
            return true;
        } catch (RefusedException e) {
            refused(e);
            return false;
        }
    }

    private void refused(RefusedException e) {
        LOG.atWarn()
                .addKeyValue("peer", caller.address())
                .addKeyValue("reason", e.getMessage())
                .log("peering stream refused");
        finish(e.status());
    }

    private void write() {
        while (!over && responses.isReady()) {
            if (untold.isEmpty() && !prepare()) {
                return;
            }
            responses.onNext(untold.removeFirst());
        }
    }

    /** Prepares the next step, or what is new of trust; false if there is neither. Changes that came meanwhile make one step. */
    private boolean prepare() {
        Exports now = endpoint.exports();
        Exports before = told;
        if (before == null) {
            boolean same = held.equals(now.version());
            untold.addAll(Steps.between(same ? now : Exports.NONE, now, !same));
        } else if (!before.version().equals(now.version())) {
            untold.addAll(Steps.between(before, now, false));
        } else {
            return prepareTrust();
        }
        told = now;
        return true;
    }

    private boolean prepareTrust() {
        Admitted peer = admitted;
        PeeringTrust now = peer == null ? null : endpoint.trustFor(peer.trustDomain());
        if (now == null || now.equals(toldTrust)) {
            return false;
        }
        untold.add(PeeringUpdate.newBuilder().setTrust(now).build());
        toldTrust = now;
        return true;
    }

    private void finish(@Nullable Status status) {
        if (over) {
            return;
        }
        over = true;
        if (end != null) {
            end.cancel(false);
        }
        if (admitted != null) {
            endpoint.remove(this, admitted.trustDomain());
        }
        if (status != null) {
            responses.onError(status.asRuntimeException());
        }
    }
}
