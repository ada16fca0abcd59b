package dev.weft.control;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.compile.LinkedRanges;
import dev.weft.control.compile.MeshCompiler;
import dev.weft.control.server.ControlServer;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.control.trust.TrustGuard;
import dev.weft.control.trust.TrustGuard.Admitted;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshState;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Registry;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.registry.Source;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mesh of a registry: compiles its objects, with the trust bundles, into the configuration of the proxies. */
final class RegistryMesh implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryMesh.class);

    private static final String NOT_WRITTEN =
            "WEFT-C135: no proxy is served, because a change of trust cannot be stored (make room, or mount the disk"
                    + " writable again): ";
    private static final int MAX_SHOWN = 10;
    /** Most reported addresses that are in the ranges of other trust domains. */
    private static final int MAX_LOST = 1_000;

    private final Registry registry;
    private final OperatorObjects operators;
    private final TrustDomain trustDomain;
    private final TrustSource trust;
    private final Clock clock;
    private final TrustGuard guard;
    private final MeshCompiler compiler;
    private final Object declaring = new Object();
    private volatile @Nullable Admitted admitted;
    /** Why the listener does not have the present state; empty if it does. */
    private volatile List<LoadError> untold = List.of();

    private final ClosedWorkloads closed = new ClosedWorkloads();
    /** The objects that the trust in force was made from; null while trust differs from the objects. */
    @GuardedBy("declaring")
    private @Nullable Snapshot declared;

    private Registry.@Nullable Subscription subscription;
    private @Nullable Consumer<MeshState> listener;

    private RegistryMesh(
            Registry registry, OperatorObjects operators, TrustDomain trustDomain, TrustSource trust, Clock clock) {
        this.registry = registry;
        this.operators = operators;
        this.trustDomain = trustDomain;
        this.trust = trust;
        this.guard = new TrustGuard(ControlServer.identity(trustDomain), trust);
        this.clock = clock;
        this.compiler = new MeshCompiler(trustDomain);
    }

    /**
     * Opens the mesh of a home's objects, and follows their changes.
     *
     * @throws IOException if the registry cannot be read
     */
    static RegistryMesh open(Home home, ControlSettings settings, TrustSource trust, Clock clock) throws IOException {
        Home.Objects objects = home.objects(settings);
        if (!objects.registry().unknown().isEmpty()) {
            objects.registry().close();
            throw unknown(objects.registry().unknown());
        }
        return new RegistryMesh(objects.registry(), objects.operators(), settings.trustDomain(), trust, clock);
    }

    private static StateException unknown(List<LoadError> errors) {
        return new StateException("WEFT-C094: no proxy is served, because the registry cannot be read: "
                + errors.stream().limit(MAX_SHOWN).map(LoadError::toString).collect(Collectors.joining("; "))
                + " (no last valid state of it is stored): correct it");
    }

    /** Passes the state to the listener now, and again at each change. Called once. */
    void start(Consumer<MeshState> to) {
        synchronized (this) {
            subscription = registry.subscribe((_, _) -> changed());
        }
        try {
            // Without the declared trust domains, their addresses would not be in the mesh: rather nothing begins.
            boolean _ = declareNow();
        } catch (UncheckedIOException e) {
            throw new StateException(NOT_WRITTEN + e.getMessage() + ": " + e.getCause(), e);
        }
        synchronized (this) {
            listener = to;
        }
        publish();
    }

    /** Drops objects that have expired, such as revocations. */
    void dropEnded() {
        declare();
        if (!untold.isEmpty()) {
            try {
                publish();
            } catch (RuntimeException e) { // errors() reports it until it succeeds
                LOG.atDebug().setCause(e).log("the state still cannot be passed to the sidecars");
            }
        }
    }

    /** Returns the objects in force now. */
    Snapshot objects() {
        Admitted now = admitted;
        return now == null ? registry.current() : now.objects();
    }

    /** Returns the objects that operators make. */
    OperatorObjects operators() {
        return operators;
    }

    private void changed() {
        if (declaresSameTrust() || !declare()) {
            publish();
        }
    }

    /** Whether the objects about trust are unchanged, as in most changes; trust is then not computed again. */
    private boolean declaresSameTrust() {
        synchronized (declaring) {
            Snapshot now = registry.current();
            Snapshot before = declared;
            Admitted former = admitted;
            if (before == null
                    || former == null
                    || !before.revocations().equals(now.revocations())
                    || !before.trustDomains().equals(now.trustDomains())) {
                return false;
            }
            declared = now;
            admitted = former.refused().isEmpty()
                    ? new Admitted(now, former.refused())
                    : new Admitted(
                            now.withRevocations(former.objects().revocations())
                                    .withTrustDomains(former.objects().trustDomains()),
                            former.refused());
            return true;
        }
    }

    /**
     * Brings trust in line with the registry's objects. Only one call runs at a time, so that older objects never
     * replace newer ones.
     *
     * @return whether that changed the trust; the listeners of {@link TrustSource} have been called then
     */
    private boolean declare() {
        try {
            return declareNow();
        } catch (UncheckedIOException | StateException e) {
            LOG.atError().setCause(e).log("the registry's changes of trust are not in force yet; tried again soon");
            return false;
        }
    }

    private boolean declareNow() {
        synchronized (declaring) {
            declared = null;
            Snapshot objects = registry.current();
            Admitted now = admit(objects);
            boolean changed = trust.changeDeclared(DeclaredTrust.of(now.objects(), trustDomain, clock.instant()));
            declared = objects;
            return changed;
        }
    }

    private Admitted admit(Snapshot objects) {
        Admitted before = admitted;
        Admitted now = guard.admit(objects, clock.instant());
        admitted = now;
        if (before == null || !before.refused().equals(now.refused())) {
            refusals().forEach(refusal -> LOG.atError().log("not in force: {}", refusal));
        }
        return now;
    }

    private List<LoadError> refusedObjects() {
        Admitted now = admitted;
        return now == null
                ? List.of()
                : now.refused().stream()
                        .map(refused ->
                                new LoadError(registry.source(refused.kind(), refused.name()), refused.reason()))
                        .sorted(Comparator.comparing(LoadError::toString))
                        .toList();
    }

    private List<LoadError> lostAddresses() {
        Snapshot objects = registry.current();
        return LinkedRanges.of(objects, trustDomain).lost(objects).stream()
                .limit(MAX_LOST)
                .map(lost ->
                        new LoadError(registry.source(lost.kind(), lost.name().toString()), lost.problem()))
                .toList();
    }

    /** Returns the objects that are valid but are kept out of force, as {@code file:line: reason}. */
    List<String> refusals() {
        return refusedObjects().stream().map(LoadError::toString).toList();
    }

    /** Returns the workloads that should be gone, as {@code namespace/name}: {@link Registry#overdue}. */
    Set<String> overdue(Instant now) {
        return registry.overdue(now);
    }

    /**
     * Passes the present state to the listener. Only one call runs at a time, so that the last state passed is the
     * newest. A state that cannot be made or passed is an error until one is.
     */
    synchronized void publish() {
        if (listener == null) {
            return;
        }
        try {
            MeshState state = compiler.compile(registry.current(), trust.wire());
            closed.become(compiler.closed()).ifPresent(line -> LOG.atError().log(line));
            listener.accept(state);
            untold = List.of();
        } catch (RuntimeException e) {
            untold = List.of(new LoadError(
                    Source.of("the control plane"),
                    "WEFT-C076: the sidecars do not get the latest changes, and their former state stays in force;"
                            + " the control plane tries again: " + e));
            throw e;
        }
    }

    private List<LoadError> closedWorkloads() {
        return closed.errors(name -> registry.source("Workload", name));
    }

    /** Returns what is wrong with the objects now, each error as fields for the admin page. */
    List<Map<String, Object>> errors() {
        return Stream.concat(refusedObjects().stream(), others())
                .map(error -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put("where", error.source().where());
                    fields.put("kind", error.source().kind());
                    fields.put("name", error.source().name());
                    fields.put("reason", error.reason());
                    return fields;
                })
                .toList();
    }

    private Stream<LoadError> others() {
        return Stream.of(registry.errors(), lostAddresses(), closedWorkloads(), untold)
                .flatMap(List::stream);
    }

    /** Returns what is wrong with the objects now, without the {@link #refusals}, as {@code where: kind name: reason}. */
    List<String> otherErrors() {
        return others().map(LoadError::toString).toList();
    }

    @Override
    public void close() {
        Registry.Subscription running;
        synchronized (this) {
            running = subscription;
            listener = null;
        }
        if (running != null) {
            running.close();
        }
        registry.close();
    }
}
