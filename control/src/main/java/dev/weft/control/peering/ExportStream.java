package dev.weft.control.peering;

import dev.weft.api.v1.PeeringTrust;
import dev.weft.api.v1.PeeringUpdate;
import dev.weft.control.caller.Caller;
import dev.weft.control.certify.RateLimiter;
import dev.weft.control.peering.PeerAdmission.Admitted;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One peer's stream of exports. All work runs in its synchronization context, one task at a time. */
final class ExportStream {

    private static final Logger LOG = LoggerFactory.getLogger(ExportStream.class);

    static final Reason ENDED = Reason.of("WEFT-C064", Code.UNAVAILABLE);

    private static final Status FAILED = Status.INTERNAL.withDescription("the control plane failed; its log says why");

    private static final String PEER = "the one";

    private final Caller caller;
    private final String held;
    private final ServerCallStreamObserver<PeeringUpdate> responses;
    private final PeeringEndpoint endpoint;
    private final SynchronizationContext sync;
    /** The messages of the present step that are not sent yet. */
    private final Deque<PeeringUpdate> unsent = new ArrayDeque<>();
    /** The exports that the peer holds once all prepared messages are sent. */
    private @Nullable Exports sentExports;
    /** The last message about trust that was sent to the peer. */
    private @Nullable PeeringTrust sentTrust;

    private @Nullable Admitted admitted;
    private @Nullable ScheduledFuture<?> end;
    /** Limits how many steps are sent per second. */
    private final RateLimiter pace;

    private boolean trustNext;
    private boolean waiting;
    private boolean ended;

    ExportStream(
            Caller caller, String held, ServerCallStreamObserver<PeeringUpdate> responses, PeeringEndpoint endpoint) {
        this.caller = caller;
        this.held = held;
        this.responses = responses;
        this.endpoint = endpoint;
        this.pace = endpoint.pace();
        this.sync = new SynchronizationContext((_, e) -> {
            LOG.atError().setCause(e).log("peering stream failed");
            finish(FAILED.asRuntimeException());
        });
    }

    /** Sets the handlers; must be called before the call's method returns. */
    void begin() {
        responses.setOnReadyHandler(() -> sync.execute(this::write));
        responses.setOnCancelHandler(() -> sync.execute(() -> finish(null)));
        responses.setOnCloseHandler(() -> sync.execute(() -> finish(null)));
        sync.execute(this::open);
    }

    /** Called when the exports or the trust have changed. */
    void changed() {
        sync.execute(() -> {
            if (!ended && stillAdmitted()) {
                write();
            }
        });
    }

    void end(Code status, String what) {
        sync.execute(() -> finish(new RefusedException(ENDED.as(status), what)));
    }

    private void open() {
        try {
            Admitted peer = endpoint.admission().admit(caller);
            if (!endpoint.mayOpen(peer.trustDomain())) {
                finish(new RefusedException(
                        ENDED.as(Code.RESOURCE_EXHAUSTED),
                        "trust domain " + peer.trustDomain() + " opens streams too often"));
                return;
            }
            admitted = peer;
            if (!endpoint.add(this, peer.trustDomain())) {
                finish(new RefusedException(ENDED, "the control plane stops"));
                return;
            }
            end = endpoint.at(
                    peer.until(),
                    () -> end(Code.UNAUTHENTICATED, "the SVID of this connection ended at " + peer.until()));
            LOG.atInfo()
                    .addKeyValue("trustDomain", peer.trustDomain())
                    .addKeyValue("peer", caller.address())
                    .log("peering stream open");
            write();
            // Trust may have changed between admission and registration with the endpoint.
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
        finish(e);
    }

    private void write() {
        while (!ended && responses.isReady()) {
            if (unsent.isEmpty() && !prepare()) {
                return;
            }
            responses.onNext(unsent.removeFirst());
        }
    }

    /**
     * Prepares the next step, or the next message about trust, in turns. Returns false if there is neither, or if the
     * peer has been sent as much as it accepts for now. All changes since the last step are one step, however many they
     * are.
     */
    private boolean prepare() {
        if (waiting) {
            return false;
        }
        Exports now = endpoint.exports();
        Exports before = sentExports;
        PeeringTrust trust = before == null ? null : newTrust();
        boolean step = before == null || !before.version().equals(now.version());
        if (!step && trust == null) {
            return false;
        }
        if (!pace.tryAcquire(PEER)) {
            writeSoon();
            return false;
        }
        if (trust != null && (trustNext || !step)) {
            unsent.add(PeeringUpdate.newBuilder().setTrust(trust).build());
            sentTrust = trust;
            trustNext = false;
        } else {
            prepareStep(before, now);
            trustNext = true;
        }
        return true;
    }

    private void prepareStep(@Nullable Exports before, Exports now) {
        if (before == null) {
            boolean same = held.equals(now.version());
            unsent.addAll(ExportSteps.between(same ? now : Exports.NONE, now, !same));
        } else {
            unsent.addAll(ExportSteps.between(before, now, false));
        }
        sentExports = now;
    }

    private @Nullable PeeringTrust newTrust() {
        Admitted peer = admitted;
        PeeringTrust now = peer == null ? null : endpoint.trustFor(peer.trustDomain());
        return now == null || now.equals(sentTrust) ? null : now;
    }

    private void writeSoon() {
        waiting = true;
        endpoint.soon(() -> sync.execute(() -> {
            waiting = false;
            write();
        }));
    }

    /** @param why the error that the peer gets; null if the call has ended already */
    private void finish(@Nullable StatusRuntimeException why) {
        if (ended) {
            return;
        }
        ended = true;
        if (end != null) {
            end.cancel(false);
        }
        if (admitted != null) {
            endpoint.remove(this, admitted.trustDomain());
        }
        if (why != null && !responses.isCancelled()) {
            responses.onError(why);
        }
    }
}
