package dev.weft.kubernetes.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Changes;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Registry;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.registry.Source;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.table.SortedTable;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry over the Kubernetes API: it follows pods, nodes, Services, namespaces, Weft's own kinds and routes by
 * list and watch. Changes are gathered for some milliseconds and reported on one thread. A change by an operator is
 * reported at once, on the operator's thread. While the API server cannot be reached, the known state stays in force.
 */
public final class KubernetesRegistry implements Registry {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesRegistry.class);

    private final RegistryTimings pace;
    private final KindInformers informers;
    private final KubernetesObjects operators;
    private final ScheduledThreadPoolExecutor thread;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private final PendingEvents pending = new PendingEvents();

    @GuardedBy("this")
    private final MeshAssembly assembly;

    @GuardedBy("this")
    private List<LoadError> trouble = List.of();

    @GuardedBy("this")
    private boolean accountsJudged;

    private volatile State state = new State(Snapshot.EMPTY, List.of(), Map.of(), SortedTable.empty());
    private volatile List<LoadError> unknown = List.of();

    private record State(
            Snapshot snapshot,
            List<LoadError> errors,
            Map<WatchedKind, SortedTable<ObjectName, Long>> generations,
            SortedTable<RouteName, RouteObject> routes) {}

    private KubernetesRegistry(
            KubernetesClient client, TrustDomain trustDomain, InboundMode inbound, RegistryTimings pace) {
        this.pace = pace;
        this.assembly = new MeshAssembly(trustDomain, inbound);
        this.informers = new KindInformers(client, this::gather);
        this.operators = new KubernetesObjects(client, this);
        this.thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("registry").daemon().factory());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Lists all objects and then follows them. Closing the registry does not close the client.
     *
     * @param trustDomain the mesh's own trust domain
     * @param inbound the mode of workloads where neither they nor their namespaces say it
     * @throws IOException if the objects cannot be listed within a minute; the message names the kind, and the
     *     permission that listing needs
     */
    public static KubernetesRegistry open(KubernetesClient client, TrustDomain trustDomain, InboundMode inbound)
            throws IOException {
        return open(client, trustDomain, inbound, RegistryTimings.USUAL);
    }

    static KubernetesRegistry open(
            KubernetesClient client, TrustDomain trustDomain, InboundMode inbound, RegistryTimings pace)
            throws IOException {
        KubernetesRegistry registry = new KubernetesRegistry(client, trustDomain, inbound, pace);
        try {
            registry.informers.start(pace.patience(), pace.brief());
            registry.begin();
            return registry;
        } catch (IOException | RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    private void begin() {
        synchronized (this) {
            boolean accounts = informers.accountsListed();
            // The oldest objects come first: where the number is limited, the same objects are in force as before.
            List<ApiEvent> oldestFirst = pending.take();
            oldestFirst.sort(Comparator.comparing(event ->
                    Objects.requireNonNullElse(event.object().getMetadata().getCreationTimestamp(), "")));
            for (ApiEvent event : oldestFirst) {
                assembly.apply(event);
            }
            judgeAccounts(accounts);
            unknown = assembly.trust().silent();
            publish();
        }
        Future<?> _ = Repetition.every(thread, pace.look(), this::look);
    }

    /** Keeps an event until the next report, together with all events that come until then. */
    private void gather(ApiEvent event) {
        if (!pending.add(event)) {
            return;
        }
        try {
            Future<?> _ = thread.schedule(this::tell, pace.gather().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // the registry is closed
        }
    }

    private synchronized void tell() {
        boolean accounts = informers.accountsListed();
        pending.take().forEach(assembly::apply);
        judgeAccounts(accounts);
        publish();
    }

    /** @param listed whether all ServiceAccounts were reported before the events were taken that are applied now */
    private synchronized void judgeAccounts(boolean listed) {
        if (listed && !accountsJudged) {
            accountsJudged = true;
            assembly.accountsListed();
        }
    }

    private void look() {
        List<LoadError> now = informers.look();
        synchronized (this) {
            if (!accountsJudged && informers.accountsListed()) {
                tell();
            }
            if (!now.equals(trouble)) {
                trouble = now;
                publish();
            }
        }
    }

    /** Applies an operator's change that the API server has accepted. It is in force and reported when this returns. */
    synchronized void wrote(ApiEvent event) {
        assembly.wrote(event);
        publish();
    }

    /** Runs a query on the trust domains and revocations, under the registry's lock. */
    synchronized <T> T ask(Function<TrustTables, T> question) {
        return question.apply(assembly.trust());
    }

    private synchronized void publish() {
        State before = state;
        State now = new State(
                assembly.snapshot(),
                Stream.concat(trouble.stream(), assembly.errors().stream()).toList(),
                assembly.generations(),
                assembly.routes());
        Changes changes = Changes.between(before.snapshot(), now.snapshot());
        state = now;
        if (changes.isEmpty() && before.errors().equals(now.errors())) {
            return;
        }
        log(before.errors(), now.errors(), error -> LOG.atError().log("not in force: {}", error));
        log(now.errors(), before.errors(), error -> LOG.atInfo().log("no longer a problem: {}", error));
        for (Listener listener : listeners) {
            try {
                listener.changed(now.snapshot(), changes);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("a listener of the registry failed");
            }
        }
    }

    /** Logs the errors that are in the second list and not in the first. */
    private static void log(List<LoadError> before, List<LoadError> now, Consumer<LoadError> teller) {
        if (!before.equals(now)) {
            now.stream().filter(error -> !before.contains(error)).forEach(teller);
        }
    }

    /** Returns the store for objects that operators make; they are in force in this registry too. */
    public OperatorObjects operators() {
        return operators;
    }

    @Override
    public Snapshot current() {
        return state.snapshot();
    }

    /**
     * Returns {@code metadata.generation} of each object of one of Weft's kinds, as it was read last. If it is called
     * before {@link #current}, no generation is newer than the object in that snapshot.
     *
     * @param kind such as {@code AuthorizationPolicy}
     */
    public SortedTable<ObjectName, Long> generations(String kind) {
        return state.generations().entrySet().stream()
                .filter(entry -> entry.getKey().word().equals(kind))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(SortedTable.empty());
    }

    /** Returns the routes as the API server reported them. */
    public SortedTable<RouteName, RouteObject> routeObjects() {
        return state.routes();
    }

    /** Returns the pods that should have a sidecar but have none, in the order of their names. */
    public synchronized List<UnmeshedPod> missingSidecars() {
        return assembly.missingSidecars();
    }

    @Override
    public synchronized Set<String> overdue(Instant now) {
        return assembly.overdue(now);
    }

    @Override
    public List<LoadError> errors() {
        return state.errors();
    }

    /**
     * Returns errors for Revocations whose subject, and TrustDomains whose address ranges, cannot be read. Only a user who may write for the
     * whole cluster can make such an object. Any other object that cannot be read closes what it applies to, and
     * nothing else.
     */
    @Override
    public List<LoadError> unknown() {
        return unknown;
    }

    @Override
    public synchronized Source source(String kind, String name) {
        return assembly.source(kind, name);
    }

    @Override
    public Subscription subscribe(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        informers.close();
        thread.shutdownNow();
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
