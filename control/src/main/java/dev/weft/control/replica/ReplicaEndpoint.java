package dev.weft.control.replica;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.CutOff;
import dev.weft.api.v1.ReplicaRequest;
import dev.weft.api.v1.ReplicaUpdate;
import dev.weft.api.v1.ReplicasGrpc;
import dev.weft.control.caller.Caller;
import dev.weft.control.observe.ReplicaObservation;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code weft.v1.Replicas}: reports the sidecars that are connected here to the other replicas of this control plane.
 */
public final class ReplicaEndpoint extends ReplicasGrpc.ReplicasImplBase implements AutoCloseable {

    /** Interval over which changes are collected before they are sent. */
    static final Duration GATHER = Duration.ofMillis(500);

    /** Most streams at a time: of other replicas, and of their former connections. */
    static final int MOST_STREAMS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaEndpoint.class);

    private final SpiffeId self;
    private final TrustSource trust;
    private final MeshEndpoint mesh;
    private final Clock clock;
    private final AtomicLong changes = new AtomicLong();
    private final Set<ReplicaStream> streams = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timers = Repetition.thread("replicas");
    private final Future<?> checks;

    /**
     * Creates the endpoint.
     *
     * @param self the identity of this control plane, and of every replica
     */
    public ReplicaEndpoint(SpiffeId self, TrustSource trust, MeshEndpoint mesh, Clock clock) {
        this.self = requireNonNull(self, "self");
        this.trust = requireNonNull(trust, "trust");
        this.mesh = requireNonNull(mesh, "mesh");
        this.clock = requireNonNull(clock, "clock");
        mesh.onProxyChange(changes::incrementAndGet);
        this.checks = Repetition.every(timers, GATHER, this::checkStreams);
    }

    @Override
    public void watch(ReplicaRequest request, StreamObserver<ReplicaUpdate> responses) {
        Caller caller = Caller.current();
        if (!isReplica(caller)) {
            responses.onError(new RefusedException(
                    ReplicaObservation.STRANGER,
                    "Replicas is for the replicas of this control plane alone (expected: an SVID of " + self + ")"));
            return;
        }
        if (streams.size() >= MOST_STREAMS) {
            responses.onError(new RefusedException(
                    ReplicaObservation.STRANGER.as(Status.Code.RESOURCE_EXHAUSTED),
                    MOST_STREAMS + " replicas are served already"));
            return;
        }
        ReplicaStream telling = new ReplicaStream(caller, (ServerCallStreamObserver<ReplicaUpdate>) responses);
        telling.responses.setOnCancelHandler(() -> streams.remove(telling));
        streams.add(telling);
        timers.execute(telling::sendIfChanged);
    }

    /** Whether the caller proves the identity of this control plane. */
    public boolean isReplica(Caller caller) {
        return !caller.chain().isEmpty()
                && trust.verifier().verify(caller.chain(), clock.instant()) instanceof Verification.Verified verified
                && verified.id().equals(self);
    }

    private void checkStreams() {
        streams.forEach(stream -> {
            try {
                check(stream);
            } catch (RuntimeException e) { // must not end the checks of the other streams
                LOG.atError().setCause(e).log("the stream to a replica cannot be checked; tried again");
            }
        });
    }

    private void check(ReplicaStream stream) {
        if (stream.isProven()) {
            stream.sendIfChanged();
        } else {
            streams.remove(stream);
            stream.end(new RefusedException(
                    ReplicaObservation.STRANGER.as(Status.Code.UNAUTHENTICATED),
                    "the SVID of this connection is no longer valid (expected: another connection)"));
        }
    }

    /** The stream to one replica, with what was sent on it. Used only by the timers' thread. */
    private final class ReplicaStream {
        private final Caller caller;
        private final ServerCallStreamObserver<ReplicaUpdate> responses;
        private final Map<String, ConnectedProxy> sent = new HashMap<>();
        private final Instant until;
        private @Nullable SvidVerifier verifiedBy;
        private Set<String> cutOff = Set.of();
        private long seen = -1;

        ReplicaStream(Caller caller, ServerCallStreamObserver<ReplicaUpdate> responses) {
            this.caller = caller;
            this.responses = responses;
            this.until = caller.chain().getFirst().getNotAfter().toInstant();
        }

        /**
         * Whether the caller still proves the identity of this control plane. Each other call on the connection is
         * judged by itself, so a connection that has outlived its SVID is useless: the other replica opens a new one.
         */
        @SuppressWarnings("ReferenceEquality") // each change of trust creates another verifier
        boolean isProven() {
            SvidVerifier verifier = trust.verifier();
            if (verifier != verifiedBy || !clock.instant().isBefore(until)) {
                verifiedBy = verifier;
                return isReplica(caller);
            }
            return true;
        }

        void sendIfChanged() {
            long now = changes.get();
            if (now == seen || !responses.isReady()) {
                return;
            }
            seen = now;
            try {
                sendChanges();
            } catch (RuntimeException e) {
                LOG.atDebug().setCause(e).log("the stream to a replica has failed");
                streams.remove(this);
                end(Status.INTERNAL.asRuntimeException());
            }
        }

        /** Ends the stream, so that the other replica knows that what it was sent is no longer true. */
        private void end(StatusRuntimeException why) {
            try {
                responses.onError(why);
            } catch (RuntimeException _) {
                // The stream has ended already.
            }
        }

        /**
         * Sends which workloads are cut off. This comes before the sidecars that are gone, so that the receiver knows
         * why they went.
         */
        private void sendCutOff() {
            Set<String> now = mesh.ownCutOff();
            if (!now.equals(cutOff)) {
                cutOff = now;
                CutOff message = ReplicaMessages.cutOff(now);
                if (message.getWorkloadsCount() < now.size()) {
                    LOG.atWarn()
                            .addKeyValue("workloads", now.size())
                            .addKeyValue("leftOut", now.size() - message.getWorkloadsCount())
                            .log("more workloads are cut off than another replica can be told of: it waits for the"
                                    + " others");
                }
                responses.onNext(ReplicaUpdate.newBuilder().setCutOff(message).build());
            }
        }

        private void sendChanges() {
            Map<String, ConnectedProxy> present = new HashMap<>();
            // If a workload has several streams, the newest one counts; it comes last.
            mesh.ownProxies().forEach(proxy -> present.put(proxy.workload(), proxy));
            List<ConnectedProxy> changed = present.values().stream()
                    .filter(proxy -> !proxy.equals(sent.get(proxy.workload())))
                    .toList();
            Set<String> gone = new HashSet<>(sent.keySet());
            gone.removeAll(present.keySet());
            sent.keySet().removeAll(gone);
            changed.forEach(proxy -> sent.put(proxy.workload(), proxy));
            sendCutOff();
            gone.stream()
                    .gather(Gatherers.windowFixed(ReplicaMessages.MOST_AT_ONCE))
                    .forEach(some -> responses.onNext(
                            ReplicaUpdate.newBuilder().addAllGone(some).build()));
            ReplicaMessages.connected(changed).forEach(responses::onNext);
        }
    }

    @Override
    public void close() {
        checks.cancel(false);
        timers.shutdownNow();
        StatusRuntimeException stops =
                Status.UNAVAILABLE.withDescription("this replica stops").asRuntimeException();
        streams.forEach(telling -> telling.end(stops));
    }
}
