package dev.weft.control.watch;

import dev.weft.api.v1.Hello;
import dev.weft.api.v1.Refuse;
import dev.weft.api.v1.Report;
import dev.weft.api.v1.TappedRequests;
import dev.weft.api.v1.Traffic;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.caller.Caller;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.watch.Admission.Admitted;
import dev.weft.control.watch.PendingChanges.Touched;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
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
    private final StandingCaller standing;
    private final SynchronizationContext sync;
    private final PendingChanges touches = new PendingChanges();
    private volatile Phase phase = new Phase.AwaitingHello();
    private @Nullable ScheduledFuture<?> timer;

    WatchStream(Caller caller, ServerCallStreamObserver<WatchResponse> responses, StreamHub hub) {
        this.caller = caller;
        this.responses = responses;
        this.hub = hub;
        this.standing = new StandingCaller(caller, hub.admission());
        this.view = new ProxyView(caller, hub.now(), hub.versions());
        this.sync = new SynchronizationContext((_, e) -> {
            LOG.atError().setCause(e).log("stream failed");
            finish(proxy -> proxy.onError(FAILED.asRuntimeException()));
        });
    }

    /** Sets the handlers; must be called before the call's method returns. */
    void begin() {
        responses.setOnReadyHandler(() -> sync.execute(this::write));
        responses.setOnCancelHandler(() -> sync.execute(() -> finish(_ -> {})));
        responses.setOnCloseHandler(() -> sync.execute(() -> finish(_ -> {})));
        timer = hub.schedule(
                () -> end(NO_HELLO, "no Hello within " + StreamHub.HELLO_TIMEOUT), StreamHub.HELLO_TIMEOUT);
    }

    /** Returns the collection of what the stream must check; add to it before {@link #look}. For any thread. */
    PendingChanges touches() {
        return touches;
    }

    /** Checks what was touched. */
    void look() {
        sync.execute(() -> {
            Touched touched = touches.take();
            if (phase instanceof Phase.Open open && stillAdmitted(open)) {
                open.subscription().touch(touched, hub.state());
                write();
            }
        });
    }

    /** Ends the stream, with a reason for the proxy. */
    void end(Reason reason, String what) {
        sync.execute(() -> finish(new RefusedException(reason, what)::tell));
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
        sync.execute(() -> finish(_ -> {}));
    }

    @Override
    public void onCompleted() {
        sync.execute(() -> finish(StreamObserver::onCompleted));
    }

    private void handle(WatchRequest request) {
        switch (phase) {
            case Phase.Ended _, Phase.Leaving _ -> {}
            case Phase.AwaitingHello _ -> {
                if (request.hasHello()) {
                    open(request.getHello());
                } else {
                    refuse(BAD_MESSAGE, "the first message is not Hello");
                }
            }
            case Phase.Open open -> handle(request, open);
        }
    }

    private void handle(WatchRequest request, Phase.Open open) {
        switch (request.getMessageCase()) {
            case HELLO -> refuse(BAD_MESSAGE, "a second Hello");
            case SUBSCRIBE -> subscribe(request.getSubscribe().getNamesList(), open);
            case UNSUBSCRIBE -> {
                open.subscription().unsubscribe(request.getUnsubscribe().getNamesList());
                hub.holdsNoMore(this, request.getUnsubscribe().getNamesList());
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
            Admitted admitted = hub.admission().admit(caller, hello, state);
            if (!hub.admit(this, hello.getWorkload(), admitted.identity())) {
                refuse(TOO_MANY, admitted.identity() + " has " + Owners.MAX_STREAMS_PER_IDENTITY + " streams already");
                return;
            }
            Subscription subscription = new Subscription(
                            hello.getWorkload(), hello.getHeldMap(), hello.getNames(), hello.getEndpointChanges())
                    .withTap(hello.getTap() ? () -> TapResource.of(hub.taps(), hello.getWorkload()) : Optional::empty)
                    .withCapabilities(Capabilities.read(hello.getCapabilitiesList()));
            Phase.Open open = Phase.Open.of(hello, admitted, subscription);
            phase = open;
            hub.holds(this, subscription.subscribed());
            endWhenCertificateEnds(admitted);
            LOG.atInfo()
                    .addKeyValue("workload", open.workload())
                    .addKeyValue("peer", caller.address())
                    .addKeyValue("held", hello.getHeldCount())
                    .log("stream open");
            subscription.stateChanged(state);
            write();
            // The mesh may have changed between the reading of its state and the registration with the hub.
            touches.add(List.of(), false, true);
            look();
            hub.proxyChanged();
        } catch (RefusedException e) {
            LOG.atWarn()
                    .addKeyValue("peer", caller.address())
                    .addKeyValue("reason", e.getMessage())
                    .log("stream refused");
            finish(e::tell);
        }
    }

    private void endWhenCertificateEnds(Admitted admitted) {
        cancelTimer();
        timer = hub.schedule(
                () -> end(ENDED.as(Code.UNAUTHENTICATED), "the SVID of this connection ended at " + admitted.until()),
                Duration.between(hub.now(), admitted.until()));
    }

    private boolean stillAdmitted(Phase.Open open) {
        try {
            standing.check(open, hub.state());
            return true;
        } catch (RefusedException e) {
            if (e.reason().status() == Code.UNAUTHENTICATED) {
                hub.cutOff(this, open.workload());
            }
            leave(open, e);
            return false;
        }
    }

    /**
     * Ends the stream of a proxy that a change of trust cuts off, after the last messages: the proxy needs the new
     * trust for its open tunnels with others that are cut off too.
     */
    private void leave(Phase.Open open, RefusedException why) {
        phase = new Phase.Leaving(open, why);
        cancelTimer();
        timer = hub.schedule(() -> sync.execute(() -> finish(why::tell)), StreamHub.LEAVE_TIMEOUT);
        write();
    }

    private void subscribe(List<String> names, Phase.Open open) {
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
            hub.holds(this, names);
            write();
        }
    }

    private void acknowledged(long nonce, Phase.Open open) {
        view.accepted(open.subscription().told(nonce));
        answered(open.subscription().acknowledge(nonce));
    }

    private void refusedByProxy(Refuse refuse, Phase.Open open) {
        view.accepted(open.subscription().followed(refuse.getNonce(), refuse.getRefusedList()));
        view.refused(open.workload(), refuse, open.subscription().refusesInbound(refuse));
        hub.countRefusal();
        answered(open.subscription().refuse(refuse.getNonce(), refuse.getRefusedList()));
    }

    private void reported(Report report, Phase.Open open) {
        try {
            ReportedLeaf leaf = ReportedLeaf.read(report);
            if (report.hasTraffic()) {
                hub.edges().told(open.workload(), open.admitted().identity().toString(), report.getTraffic());
                told(report.getTraffic(), open);
            }
            if (view.reported(open.workload(), leaf)) {
                updateView(open);
                hub.proxyChanged();
            }
        } catch (IllegalArgumentException e) {
            refuse(BAD_MESSAGE, String.valueOf(e.getMessage()));
        }
    }

    private void tapped(TappedRequests tapped, Phase.Open open) {
        try {
            hub.taps().told(open.workload(), tapped);
        } catch (IllegalArgumentException e) {
            refuse(BAD_MESSAGE, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Takes a report of traffic, which comes all the time: others are notified only if it concerns a peer that is
     * refused now.
     */
    private void told(Traffic traffic, Phase.Open open) {
        Optional<List<CutOffPeer>> before = view.present().map(ConnectedProxy::cutOff);
        view.told(traffic);
        updateView(open);
        if (!before.equals(view.present().map(ConnectedProxy::cutOff))) {
            hub.proxyChanged();
        }
    }

    private void answered(boolean known) {
        if (known) {
            write();
            hub.proxyChanged();
        } else {
            refuse(BAD_MESSAGE, "an answer to no response that is open");
        }
    }

    private void write() {
        switch (phase) {
            case Phase.Open open -> {
                var _ = tell(() -> open.subscription().next(hub.state()));
                updateView(open);
            }
            case Phase.Leaving(Phase.Open open, RefusedException why) -> {
                if (tell(() -> open.subscription().nextBundle(hub.state()))) {
                    finish(why::tell);
                }
            }
            case Phase.AwaitingHello _, Phase.Ended _ -> {}
        }
    }

    private void updateView(Phase.Open open) {
        view.update(open, hub.state().workload(open.workload()), hub.now());
        hub.viewChanged(open.workload());
    }

    /** Sends as much as the transport accepts; returns whether that is everything. */
    private boolean tell(Supplier<Optional<WatchResponse>> next) {
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
        finish(new RefusedException(reason, what)::tell);
    }

    /** @param last the last answer to the proxy */
    private void finish(Consumer<StreamObserver<?>> last) {
        if (phase instanceof Phase.Ended) {
            return;
        }
        switch (phase) {
            case Phase.Open open -> hub.holdsNoMore(this, open.subscription().subscribed());
            case Phase.Leaving(Phase.Open open, RefusedException _) ->
                hub.holdsNoMore(this, open.subscription().subscribed());
            case Phase.AwaitingHello _, Phase.Ended _ -> {}
        }
        phase = new Phase.Ended();
        cancelTimer();
        view.present().ifPresent(hub::departed);
        view.end();
        hub.remove(this);
        if (!responses.isCancelled()) {
            last.accept(responses);
        }
    }

    private void cancelTimer() {
        ScheduledFuture<?> scheduled = timer;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }
}
