package dev.weft.control.rotate;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.RotationStatus;
import dev.weft.control.lead.Leadership;
import dev.weft.control.refusal.RefusedException;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.TypedEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the current rotation: continues step by step as the proxies follow, on a thread of its own, and resumes after a
 * restart. A step is stored before its work begins, and its work can be repeated. Everything else that changes issuer
 * or anchors holds this object's lock meanwhile. Safe for use by several threads.
 */
public final class Rotations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Rotations.class);

    /** Interval of attempts when no proxy reports a change. */
    private static final Duration TICK = Duration.ofMillis(500);

    /**
     * Time over which proxies' changes are collected before they are handled, because proxies answer by the thousand.
     */
    private static final Duration GATHER = Duration.ofMillis(50);

    private static final Duration STOP = Duration.ofSeconds(5);

    private final RotationParts parts;
    private final ProxyFollowers followers;
    private final StepActions actions;
    private final StepWaits waits;
    private final StepProgress progress;
    private final TypedEntry<Rotation> file;
    private final RotationTimings timings;
    private final Thread thread;
    private final Leadership leadership;
    private final Entry.Watch watch;
    private volatile boolean closed;
    /** Whether the stored rotation may have changed since it was last read. */
    private volatile boolean stale;

    @GuardedBy("this")
    private @Nullable Rotation current;

    @GuardedBy("this")
    private boolean performed;

    @GuardedBy("this")
    private long barrier;

    @GuardedBy("this")
    private String obstacle = "";

    /** Whether this control plane drives the rotation. */
    @GuardedBy("this")
    private boolean leading;

    /**
     * Resumes the stored rotation.
     *
     * @throws IOException if it cannot be read
     * @throws StateException if it cannot be understood
     */
    Rotations(RotationParts parts, ProxyFollowers followers, IssuerInstallation installation, RotationTimings timings)
            throws IOException {
        this.parts = parts;
        this.followers = followers;
        this.actions = new StepActions(parts, installation);
        this.waits = new StepWaits(parts, timings);
        this.progress = new StepProgress(waits, timings.mostForTunnels());
        this.file = StoredRotation.in(parts.state().store());
        this.timings = timings;
        this.current = file.read().orElse(null);
        this.thread = Thread.ofPlatform().daemon().name("rotation").unstarted(this::run);
        parts.mesh().onProxyChange(() -> LockSupport.unpark(thread));
        this.leadership = parts.state().leadership();
        leadership.onChange(() -> LockSupport.unpark(thread));
        this.watch = parts.state().store().follow("", _ -> stale = true);
        this.leading = leadership.leads();
        if (leading) {
            advance();
        } else {
            requestRenewals();
        }
        thread.start();
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, TICK.toNanos());
            waitForChanges();
            try {
                if (leadership.leads()) {
                    resume();
                    advance();
                    synchronized (this) {
                        actions.forgetEnded();
                    }
                } else {
                    follow();
                }
            } catch (IOException | RuntimeException e) {
                LOG.atError().setCause(e).log("rotation failed; tried again soon");
            }
        }
    }

    /** Resumes where the former leader left the rotation. Its last work is repeated. */
    private synchronized void resume() throws IOException {
        if (!leading) {
            current = file.read().orElse(null);
            performed = false;
            obstacle = "";
            progress.reset();
            leading = true;
        }
    }

    /**
     * Follows a rotation that another control plane drives: tells the proxies connected here which issuer must sign.
     */
    private synchronized void follow() throws IOException {
        if (leading || stale) {
            stale = false;
            try {
                current = file.read().orElse(null);
            } catch (IOException | RuntimeException e) {
                stale = true;
                throw e;
            }
            leading = false;
            performed = false;
            requestRenewals();
        }
    }

    @GuardedBy("this")
    private void requestRenewals() {
        Optional<Renewal> wanted = Optional.ofNullable(current)
                .flatMap(rotation -> RotationMessages.renewal(
                        rotation, timings.spread(parts.mesh().expected().size())));
        parts.mesh().setRenewal(wanted);
    }

    private void waitForChanges() {
        long end = System.nanoTime() + GATHER.toNanos();
        while (!closed && System.nanoTime() < end) {
            LockSupport.parkNanos(this, end - System.nanoTime());
        }
    }

    synchronized boolean running() {
        return current != null && !current.finished();
    }

    synchronized boolean retires(X509Certificate anchor) {
        Rotation rotation = current;
        return rotation != null
                && !rotation.finished()
                && !rotation.step().isWayBack()
                && rotation.step().compareTo(Step.ISSUE) >= 0
                && rotation.outgoingAnchors().contains(anchor);
    }

    synchronized Optional<RotationStatus> status() {
        return Optional.ofNullable(current)
                .map(rotation -> RotationMessages.of(
                        rotation, awaiting(rotation), progress.goesOnAt(), obstacle, actions.request(rotation)));
    }

    synchronized RotationStatus begin(Rotation rotation) throws IOException {
        return goOnWith(rotation, false);
    }

    @GuardedBy("this")
    private RotationStatus goOnWith(Rotation rotation, boolean stillPerformed) throws IOException {
        store(rotation, stillPerformed);
        advance();
        return status().orElseThrow();
    }

    /**
     * Returns the rotation that waits for its issuer.
     *
     * @throws RefusedException if none runs, or it has its issuer already
     */
    synchronized Rotation preparing() {
        Rotation rotation = runningOne();
        if (rotation.step() != Step.PREPARE) {
            throw new RefusedException(
                    RotationRefusals.ROTATION_RUNS,
                    "the rotation has its issuer already, it is at " + rotation.step(),
                    "follow it with weft trust rotate --status");
        }
        return rotation;
    }

    /** Continues with this chain of the new issuer, which has been proven. */
    synchronized RotationStatus supply(List<X509Certificate> chain) throws IOException {
        return goOnWith(preparing().withChain(chain).next(parts.clock().instant()), false);
    }

    synchronized RotationStatus forceWithout(Set<String> names) throws IOException {
        Rotation rotation = runningOne();
        Set<String> waitedFor =
                awaiting(rotation).missing().stream().map(Awaited::getWorkload).collect(Collectors.toSet());
        Set<String> others = names.stream()
                .filter(name -> !waitedFor.contains(name))
                .collect(Collectors.toCollection(java.util.TreeSet::new));
        if (names.isEmpty() || !others.isEmpty()) {
            throw new RefusedException(
                    RotationRefusals.NO_ROTATION,
                    (names.isEmpty() ? "no proxy is named" : "the rotation does not wait for " + others),
                    "name proxies that it waits for: " + waitedFor);
        }
        LOG.atWarn().addKeyValue("proxies", names).log("rotation continues without proxies");
        return goOnWith(rotation.without(names), performed);
    }

    synchronized RotationStatus rollBack() throws IOException {
        Rotation rotation = runningOne();
        if (rotation.step().isWayBack()) {
            return status().orElseThrow();
        }
        if (!rotation.hasWayBack()) {
            throw new RefusedException(
                    RotationRefusals.NO_WAY_BACK,
                    "what was before is being taken away already",
                    "rotate again, to another anchor or issuer");
        }
        return goOnWith(
                rotation.turned(parts.clock().instant(), parts.issuer().issuer().chain()), false);
    }

    @GuardedBy("this")
    private Rotation runningOne() {
        Rotation rotation = current;
        if (rotation == null || rotation.finished()) {
            throw new RefusedException(
                    RotationRefusals.NO_ROTATION,
                    "no rotation runs",
                    "begin one with weft trust rotate or weft issuer rotate");
        }
        return rotation;
    }

    @GuardedBy("this")
    private void store(Rotation rotation, boolean stillPerformed) throws IOException {
        file.write(rotation);
        current = rotation;
        if (!stillPerformed) {
            progress.reset();
        }
        performed = stillPerformed;
        obstacle = "";
        LOG.atInfo()
                .addKeyValue("rotation", rotation.id())
                .addKeyValue("step", rotation.step())
                .log("rotation");
    }

    private synchronized void advance() {
        try {
            while (!closed && step()) {
                // Continue with the next step.
            }
        } catch (IOException | UncheckedIOException | StateException | IllegalArgumentException e) {
            setObstacle(String.valueOf(e.getMessage()));
        }
    }

    /** Performs a step; returns whether another step has begun. */
    @GuardedBy("this")
    private boolean step() throws IOException {
        Rotation rotation = current;
        if (rotation == null || (rotation.finished() && performed)) {
            return false;
        }
        if (!performed) {
            Rotation known = actions.completed(rotation);
            if (!known.equals(rotation)) {
                store(known, false);
                rotation = known;
            }
            actions.perform(rotation);
            barrier = followers.sequence();
            requestRenewals();
            performed = true;
            obstacle = "";
        }
        if (rotation.finished() || rotation.step() == Step.PREPARE || held(rotation)) {
            return false;
        }
        store(waits.closing(rotation).next(parts.clock().instant()), false);
        return true;
    }

    @GuardedBy("this")
    private boolean held(Rotation rotation) {
        Optional<String> why =
                progress.waitReason(rotation, published(), parts.clock().instant());
        if (why.isEmpty()) {
            return false;
        }
        if (why.get().isEmpty()) {
            obstacle = "";
        } else {
            setObstacle(why.get());
        }
        return true;
    }

    @GuardedBy("this")
    private PendingFollowers awaiting(Rotation rotation) {
        return progress.awaiting(rotation, published(), parts.clock().instant());
    }

    @GuardedBy("this")
    private OptionalLong published() {
        return performed ? OptionalLong.of(barrier) : OptionalLong.empty();
    }

    @GuardedBy("this")
    private void setObstacle(String why) {
        if (!why.equals(obstacle)) {
            LOG.atWarn().addKeyValue("obstacle", why).log("rotation waits");
        }
        obstacle = why;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
        LockSupport.unpark(thread);
        try {
            thread.join(STOP);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
