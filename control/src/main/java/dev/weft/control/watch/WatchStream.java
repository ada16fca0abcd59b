package dev.weft.control.watch;

import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Refuse;
import dev.weft.api.v1.Report;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.TappedRequests;
import dev.weft.api.v1.Traffic;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.caller.Caller;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.watch.Admission.Admitted;
import dev.weft.control.watch.PendingChanges.Batch;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One proxy's stream. All work runs in its synchronization context, one task at a time: requests, changes of the mesh,
 * readiness of the transport, timers.
 */
final class WatchStream implements StreamObserver<WatchRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);

    static final Reason BAD_MESSAGE = Reason.of("WEFT-C025", Code.INVALID_ARGUMENT);
    static final Reason TOO_MANY = Reason.of("WEFT-C026", Code.RESOURCE_EXHAUSTED);
    static final Reason NO_HELLO = Reason.of("WEFT-C027", Code.DEADLINE_EXCEEDED);
    static final Reason ENDED = Reason.of("WEFT-C028", Code.UNAVAILABLE);

    private static final Status FAILED = Status.INTERNAL.withDescription("the control plane failed; its log says why");

    private final Caller caller;
    private final ServerCallStreamObserver<WatchResponse> responses;
    private final StreamHub hub;
    private final ProxyView view;
    private final Admission admission;
    private final SynchronizationContext sync;
    private final PendingChanges pendingChanges = new PendingChanges();
    private volatile StreamPhase phase = new StreamPhase.AwaitingHello();
    private @Nullable ScheduledFuture<?> timer;

    WatchStream(Caller caller, ServerCallStreamObserver<WatchResponse> responses, StreamHub hub) {
        this.caller = caller;
        this.responses = responses;
        this.hub = hub;
        this.admission = hub.admission(caller);
        this.view = new ProxyView(caller, hub.now(), hub.versions());
        this.sync = new SynchronizationContext((_, e) -> {
            LOG.atError().setCause(e).log("stream failed");
            finish(FAILED.asRuntimeException());
        });
    }

    /** Sets the handlers; must be called before the call's method returns. */
    void begin() {
        responses.setOnReadyHandler(() -> sync.execute(this::write));
        responses.setOnCancelHandler(() -> sync.execute(() -> finish(null)));
        responses.setOnCloseHandler(() -> sync.execute(() -> finish(null)));
        timer = hub.schedule(
                () -> end(NO_HELLO, "no Hello within " + StreamHub.HELLO_TIMEOUT), StreamHub.HELLO_TIMEOUT);
    }

    /** Returns the collection of what the stream must check; add to it before {@link #checkPending}. For any thread. */
    PendingChanges pendingChanges() {
        return pendingChanges;
    }

    void checkPending() {
        sync.execute(() -> {
            Batch touched = pendingChanges.take();
            if (phase instanceof StreamPhase.Open open && stillAdmitted(open)) {
                open.subscription().addChanges(touched, hub.state());
                write();
            }
        });
    }

    void end(Reason reason, String what) {
        sync.execute(() -> finish(new RefusedException(reason, what)));
    }

    /** Returns the proxy as operators see it; empty before Hello and after the end. */
    Optional<ConnectedProxy> present() {
        return view.present();
    }

    @Override
    public void onNext(WatchRequest request) {
        sync.execute(() -> handle(request));
    }

    @Override
    public void onError(Throwable error) {
        sync.execute(() -> finish(null));
    }

    @Override
    public void onCompleted() {
        sync.execute(() -> {
            boolean open = !(phase instanceof StreamPhase.Ended) && !responses.isCancelled();
            finish(null);
            if (open) {
                responses.onCompleted();
            }
        });
    }

    private void handle(WatchRequest request) {
        switch (phase) {
            case StreamPhase.Ended _, StreamPhase.Leaving _ -> {}
            case StreamPhase.AwaitingHello _ -> {
                if (request.hasHello()) {
                    open(request.getHello());
                } else {
                    refuse(BAD_MESSAGE, "the first message is not Hello");
                }
            }
            case StreamPhase.Open open -> handle(request, open);
        }
    }

    private void handle(WatchRequest request, StreamPhase.Open open) {
        switch (request.getMessageCase()) {
            case HELLO -> refuse(BAD_MESSAGE, "a second Hello");
            case SUBSCRIBE -> subscribe(request.getSubscribe().getNamesList(), open);
            case UNSUBSCRIBE -> {
                open.subscription().unsubscribe(request.getUnsubscribe().getNamesList());
                hub.removeHolder(this, request.getUnsubscribe().getNamesList());
            }
            case ACKNOWLEDGE -> acknowledged(request.getAcknowledge().getNonce(), open);
            case REFUSE -> refusedByProxy(request.getRefuse(), open);
            case REPORT -> reported(request.getReport(), open);
            case TAPPED -> tapped(request.getTapped(), open);
            case MESSAGE_NOT_SET -> refuse(BAD_MESSAGE, "a message that this version does not know");
        }
    }

    private void open(Hello hello) {
        try {
            MeshState state = hub.state();
            Admitted admitted = admission.admit(hello, state);
            if (!hub.admit(this, hello.getWorkload(), admitted.identity())) {
                refuse(
                        TOO_MANY,
                        admitted.identity() + " has " + StreamOwners.MAX_STREAMS_PER_IDENTITY + " streams already");
                return;
            }
            Subscription subscription =
                    new Subscription(hello, hello.getTap() ? () -> tap(hello.getWorkload()) : Optional::empty);
            StreamPhase.Open open = new StreamPhase.Open(
                    hello.getWorkload(), admitted, ReportedLeaf.shorten(hello.getProxyVersion()), subscription);
            phase = open;
            hub.addHolder(this, subscription.subscribed());
            endWhenCertificateEnds(admitted);
            LOG.atInfo()
                    .addKeyValue("workload", open.workload())
                    .addKeyValue("peer", caller.address())
                    .addKeyValue("held", hello.getHeldCount())
                    .log("stream open");
            subscription.stateChanged(state);
            write();
            // The mesh may have changed between the reading of its state and the registration with the hub.
            pendingChanges.add(List.of(), false, true);
            checkPending();
            hub.roster().proxyChanged();
        } catch (RefusedException e) {
            LOG.atWarn()
                    .addKeyValue("peer", caller.address())
                    .addKeyValue("reason", e.getMessage())
                    .log("stream refused");
            finish(e);
        }
    }

    /** Returns the resource that tells the proxy which requests are tapped; empty while there is no tap. */
    private Optional<Resource> tap(String workload) {
        return hub.taps()
                .of(workload)
                .map(tap -> ResourceVersions.resource(MeshState.TAP, tap, Resource.Builder::setTap));
    }

    private void endWhenCertificateEnds(Admitted admitted) {
        cancelTimer();
        timer = hub.schedule(
                () -> end(ENDED.as(Code.UNAUTHENTICATED), "the SVID of this connection ended at " + admitted.until()),
                Duration.between(hub.now(), admitted.until()));
    }

    private boolean stillAdmitted(StreamPhase.Open open) {
        try {
            admission.check(open, hub.state());
            return true;
        } catch (RefusedException e) {
            if (e.reason().status() == Code.UNAUTHENTICATED) {
                hub.roster().cutOff(this, open.workload());
            }
            leave(open, e);
            return false;
        }
    }

    /**
     * Ends the stream of a proxy that a change of trust cuts off, after the last messages: the proxy needs the new
     * trust for its open tunnels with others that are cut off too.
     */
    private void leave(StreamPhase.Open open, RefusedException why) {
        phase = new StreamPhase.Leaving(open, why);
        cancelTimer();
        timer = hub.schedule(() -> sync.execute(() -> finish(why)), StreamHub.LEAVE_TIMEOUT);
        write();
    }

    private void subscribe(List<String> names, StreamPhase.Open open) {
        List<String> unknown = Subscription.unknown(names);
        if (!unknown.isEmpty()) {
            refuse(
                    BAD_MESSAGE,
                    "no resource can have the name " + ReportedLeaf.shorten(unknown.getFirst())
                            + " (expected: destination/<ip>:<port>, IPv6 in brackets, or name/<name>)");
        } else if (!open.subscription().subscribe(names)) {
            // Names that were added before are removed with everything else when the stream ends.
            refuse(TOO_MANY, "more than " + Subscription.MAX_SUBSCRIPTIONS + " subscriptions on one stream");
        } else {
            hub.addHolder(this, names);
            write();
        }
    }

    private void acknowledged(long nonce, StreamPhase.Open open) {
        view.accepted(open.subscription().sent(nonce));
        answered(open.subscription().acknowledge(nonce));
    }

    private void refusedByProxy(Refuse refuse, StreamPhase.Open open) {
        view.accepted(open.subscription().followed(refuse.getNonce(), refuse.getRefusedList()));
        view.refused(open.workload(), refuse, open.subscription().refusesInbound(refuse));
        hub.countRefusal();
        answered(open.subscription().refuse(refuse.getNonce(), refuse.getRefusedList()));
    }

    private void reported(Report report, StreamPhase.Open open) {
        try {
            ReportedLeaf leaf = ReportedLeaf.read(report);
            if (report.hasTraffic()) {
                hub.edges().report(open.workload(), open.admitted().identity().toString(), report.getTraffic());
                trafficReported(report.getTraffic(), open);
            }
            if (view.reported(open.workload(), leaf)) {
                updateView(open);
                hub.roster().proxyChanged();
            }
        } catch (IllegalArgumentException e) {
            refuse(BAD_MESSAGE, String.valueOf(e.getMessage()));
        }
    }

    private void tapped(TappedRequests tapped, StreamPhase.Open open) {
        try {
            hub.taps().report(open.workload(), tapped);
        } catch (IllegalArgumentException e) {
            refuse(BAD_MESSAGE, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Takes a report of traffic, which comes all the time: others are notified only if it concerns a peer that is
     * refused now.
     */
    private void trafficReported(Traffic traffic, StreamPhase.Open open) {
        Optional<List<CutOffPeer>> before = view.present().map(ConnectedProxy::cutOff);
        view.trafficReported(traffic);
        updateView(open);
        if (!before.equals(view.present().map(ConnectedProxy::cutOff))) {
            hub.roster().proxyChanged();
        }
    }

    private void answered(boolean known) {
        if (known) {
            write();
            hub.roster().proxyChanged();
        } else {
            refuse(BAD_MESSAGE, "an answer to no response that is open");
        }
    }

    private void write() {
        switch (phase) {
            case StreamPhase.Open open -> {
                var _ = send(() -> open.subscription().next(hub.state()));
                updateView(open);
            }
            case StreamPhase.Leaving(StreamPhase.Open open, RefusedException why) -> {
                if (send(() -> open.subscription().nextBundle(hub.state()))) {
                    finish(why);
                }
            }
            case StreamPhase.AwaitingHello _, StreamPhase.Ended _ -> {}
        }
    }

    private void updateView(StreamPhase.Open open) {
        view.update(open, hub.state(), hub.now());
        hub.roster().refresh(open.workload());
    }

    /** Sends as much as the transport accepts; returns whether that is everything. */
    private boolean send(Supplier<Optional<WatchResponse>> next) {
        while (responses.isReady()) {
            Optional<WatchResponse> response = next.get();
            if (response.isEmpty()) {
                return true;
            }
            responses.onNext(response.get());
            hub.countPush();
        }
        return false;
    }

    private void refuse(Reason reason, String what) {
        LOG.atWarn()
                .addKeyValue("peer", caller.address())
                .addKeyValue("reason", what)
                .log("stream ended");
        finish(new RefusedException(reason, what));
    }

    /** @param why the error that the proxy gets; null if the call has ended already */
    private void finish(@Nullable StatusRuntimeException why) {
        if (phase instanceof StreamPhase.Ended) {
            return;
        }
        switch (phase) {
            case StreamPhase.Open open ->
                hub.removeHolder(this, open.subscription().subscribed());
            case StreamPhase.Leaving(StreamPhase.Open open, RefusedException _) ->
                hub.removeHolder(this, open.subscription().subscribed());
            case StreamPhase.AwaitingHello _, StreamPhase.Ended _ -> {}
        }
        phase = new StreamPhase.Ended();
        cancelTimer();
        view.present().ifPresent(hub.roster()::departed);
        view.end();
        hub.remove(this);
        if (why != null && !responses.isCancelled()) {
            responses.onError(why);
        }
    }

    private void cancelTimer() {
        ScheduledFuture<?> scheduled = timer;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }
}
