package dev.weft.cli.command.trust;

import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.ForceWithoutRequest;
import dev.weft.api.v1.RollBackRotationRequest;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.api.v1.TrustOperatorGrpc.TrustOperatorBlockingStub;
import dev.weft.api.v1.WatchRotationRequest;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes a rotation to its end. It repeatedly looks at the control plane's state and does the next thing. So no harm is
 * done if the control plane or this command ends in the middle of a call: the next run finds what was done.
 */
final class RotationRun {

    /** How long a control plane that does not answer is tried again. */
    static final Duration AWAY_LIMIT = Duration.ofSeconds(60);

    static final Duration CALL = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Session session;
    private final Mesh mesh;
    private final RotationGoal goal;
    private final RotationProgress progress;
    private final @Nullable Duration timeout;
    private final long startNanos = System.nanoTime();
    private final Set<String> without;
    private @Nullable RotationStatus last;
    private @Nullable Long awayNanos;

    /**
     * Creates a run that has not begun.
     *
     * @param without sidecars to leave behind, as {@code namespace/name}
     * @param timeout longest wait; null for no limit
     */
    RotationRun(
            Session session,
            Mesh mesh,
            RotationGoal goal,
            Set<String> without,
            RotationProgress progress,
            @Nullable Duration timeout) {
        this.session = session;
        this.mesh = mesh;
        this.goal = goal;
        this.without = new TreeSet<>(without);
        this.progress = progress;
        this.timeout = timeout;
    }

    /**
     * Runs until the rotation is finished.
     *
     * @return the last status; empty if there was nothing to change
     * @throws CommandFailure if the rotation does not get there
     */
    Optional<RotationStatus> toTheEnd() throws IOException {
        while (true) {
            try (Operator operator = mesh.operator()) {
                ShowTrustResponse trust = operator.trust(CALL);
                awayNanos = null;
                if (settled(trust)) {
                    return Optional.empty();
                }
                Optional<RotationStatus> end = turn(operator, trust);
                if (end.isPresent()) {
                    return end;
                }
            } catch (CommandFailure failure) {
                if (!failure.code().equals(Operator.NO_ANSWER)) {
                    throw failure;
                }
                awaitReturn();
            }
        }
    }

    Optional<RotationStatus> last() {
        return Optional.ofNullable(last);
    }

    private boolean settled(ShowTrustResponse trust) {
        return last == null
                && !running(trust)
                && goal instanceof RotationGoal.Change change
                && change.source()
                        .named()
                        .filter(key -> isOnlyAnchor(trust, key))
                        .isPresent();
    }

    private static boolean isOnlyAnchor(ShowTrustResponse trust, String key) {
        List<String> trusted = trust.getAnchorsList().stream()
                .filter(PresentAnchorOptions::trusted)
                .map(AnchorInfo::getSpkiSha256)
                .distinct()
                .toList();
        return trusted.equals(List.of(key));
    }

    /** Does the next thing; returns the status if the rotation is finished. */
    private Optional<RotationStatus> turn(Operator operator, ShowTrustResponse trust) throws IOException {
        RotationStatus present = trust.getRotation();
        if (last != null && !present.getId().equals(last.getId())) {
            throw RotationFailures.replaced(last, mesh.ref());
        }
        if (!running(trust)) {
            if (last != null) {
                progress.show(present);
                return Optional.of(present);
            }
            if (goal instanceof RotationGoal.Join && trust.hasRotation()) {
                return Optional.of(present);
            }
            if (!(goal instanceof RotationGoal.Change change)) {
                throw RotationFailures.none(mesh.ref());
            }
            hear(new RotationStart(session, mesh.ref(), operator, change).begin(trust));
            return Optional.empty();
        }
        if (last == null) {
            join(operator, present);
        }
        if (goal instanceof RotationGoal.Change change && present.getStep() == RotationStep.ROTATION_STEP_PREPARE) {
            Optional<RotationStatus> prepared =
                    new RotationStart(session, mesh.ref(), operator, change).prepare(trust, last != null);
            prepared.ifPresentOrElse(this::hear, () -> LockSupport.parkNanos(PAUSE_NANOS));
            return Optional.empty();
        }
        if (goal instanceof RotationGoal.RollBack) {
            hear(rollBack(operator));
        }
        return follow(operator);
    }

    /** Joins a rotation that another command has begun. */
    private void join(Operator operator, RotationStatus present) {
        if (goal instanceof RotationGoal.Change change) {
            RotationStart.mustBe(mesh.ref(), change, present);
        }
        if (present.getStep() != RotationStep.ROTATION_STEP_PREPARE) {
            hear(present);
            // When rolling back, those left behind are the ones that do not go back.
            if (!without.isEmpty() && !(goal instanceof RotationGoal.RollBack)) {
                force(operator, Set.copyOf(without));
            }
        }
    }

    private Optional<RotationStatus> follow(Operator operator) {
        return operator.call(channel -> {
            TrustOperatorBlockingStub stub = TrustOperatorGrpc.newBlockingStub(channel);
            Iterator<RotationStatus> statuses = (timeout == null ? stub : stub.withDeadlineAfter(left()))
                    .watchRotation(WatchRotationRequest.getDefaultInstance());
            while (statuses.hasNext()) {
                RotationStatus status = statuses.next();
                hear(status);
                forceThoseWaitedFor(operator, status);
                if (status.getFinished()) {
                    return Optional.of(status);
                }
            }
            return Optional.empty();
        });
    }

    private void hear(RotationStatus status) {
        last = status;
        progress.show(status);
    }

    private void forceThoseWaitedFor(Operator operator, RotationStatus status) {
        Set<String> now = status.getWaitingForList().stream()
                .map(Awaited::getWorkload)
                .filter(without::contains)
                .collect(Collectors.toSet());
        if (!now.isEmpty()) {
            force(operator, now);
        }
    }

    private void force(Operator operator, Set<String> names) {
        ForceWithoutRequest request =
                ForceWithoutRequest.newBuilder().addAllWorkloads(names).build();
        hear(operator.ask(TrustOperatorGrpc::newBlockingStub, CALL, it -> it.forceWithout(request)));
        without.removeAll(names);
    }

    private void awaitReturn() throws IOException {
        long now = System.nanoTime();
        if (timeout != null && left().isZero()) {
            throw RotationFailures.waits(mesh.ref(), timeout, last());
        }
        if (awayNanos == null) {
            awayNanos = now;
        }
        Duration away = Duration.ofNanos(now - awayNanos);
        if (!mesh.alive()) {
            throw RotationFailures.down(mesh.ref());
        }
        if (away.compareTo(AWAY_LIMIT) > 0) {
            throw RotationFailures.away(mesh.ref(), AWAY_LIMIT);
        }
        progress.away(session.clock().instant().minus(away));
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    private Duration left() {
        Duration passed = Duration.ofNanos(System.nanoTime() - startNanos);
        Duration limit = timeout == null ? Duration.ofDays(1) : timeout;
        return passed.compareTo(limit) < 0 ? limit.minus(passed) : Duration.ZERO;
    }

    static boolean running(ShowTrustResponse trust) {
        return trust.hasRotation() && !trust.getRotation().getFinished();
    }

    static RotationStatus rollBack(Operator operator) {
        return operator.ask(
                TrustOperatorGrpc::newBlockingStub,
                CALL,
                it -> it.rollBackRotation(RollBackRotationRequest.getDefaultInstance()));
    }

    /** Asks what the mesh trusts, and repeats it while the control plane is away. */
    ShowTrustResponse trust() throws IOException {
        while (true) {
            try {
                ShowTrustResponse trust = mesh.ask(operator -> operator.trust(CALL));
                awayNanos = null;
                return trust;
            } catch (CommandFailure failure) {
                if (!failure.code().equals(Operator.NO_ANSWER)) {
                    throw failure;
                }
                awaitReturn();
            }
        }
    }
}
