package dev.weft.kubernetes.election;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.mesh.state.StateException;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects a leader by a Lease. Its holder renews it every {@link #RETRY}. Another replica takes it if it has not changed
 * for {@link #LEASE}, or has no holder. Each replica measures this time by its own clock, from when it saw the Lease
 * change, so the clocks of nodes need not agree. A leader that could not renew for {@link #RENEW_WITHIN} stops leading,
 * which is before another can take its place.
 *
 * <p>A process that was frozen may believe that it leads when it does not. So each leadership has a term, the Lease's
 * number of transitions. A replica leads only after it has raised the {@link Fence} to its term; from then on writes of
 * earlier terms are refused.
 */
public final class LeaseElection implements Leadership, AutoCloseable {

    /** The name of the Lease. */
    public static final String NAME = "weft-control";

    /** Time without renewal after which another replica may take the Lease. */
    static final Duration LEASE = Duration.ofSeconds(15);

    /** Time without renewal after which a leader stops leading. */
    static final Duration RENEW_WITHIN = Duration.ofSeconds(10);

    /** Time between two looks at the Lease. */
    static final Duration RETRY = Duration.ofSeconds(2);

    private static final Duration STOP = Duration.ofSeconds(3);
    private static final Logger LOG = LoggerFactory.getLogger(LeaseElection.class);

    /** The latest version of the Lease that was seen, and when. */
    private record Seen(String version, long at) {}

    /** A leadership, and the time at which it ends unless it is renewed. */
    private record Term(long number, long until) {}

    private final KubernetesClient client;
    private final String namespace;
    private final String holder;
    private final Fence fence;
    private final LongSupplier nanos;
    private final Clock clock;
    private final LeadershipListeners listeners = new LeadershipListeners();
    private final Thread thread;
    private volatile Optional<Term> term = Optional.empty();
    private volatile Optional<String> leader = Optional.empty();
    private volatile boolean closed;
    private @Nullable Seen seen; // used by the thread only

    /**
     * Creates an election that takes no part until {@link #start}.
     *
     * @param pod name of this replica's pod
     * @param nanos a monotonic clock
     */
    LeaseElection(KubernetesClient client, String namespace, String pod, Fence fence, LongSupplier nanos, Clock clock) {
        this.client = requireNonNull(client, "client");
        this.namespace = requireNonNull(namespace, "namespace");
        this.fence = requireNonNull(fence, "fence");
        this.nanos = requireNonNull(nanos, "nanos");
        this.clock = requireNonNull(clock, "clock");
        this.holder = LeaseHolder.of(pod);
        this.thread = Thread.ofPlatform().daemon().name("election").unstarted(this::run);
    }

    /** Creates an election that takes part from now on. The clock is only for the times in the Lease. */
    public static LeaseElection start(KubernetesClient client, String namespace, String pod, Fence fence, Clock clock) {
        LeaseElection election = new LeaseElection(client, namespace, pod, fence, System::nanoTime, clock);
        election.thread.start();
        return election;
    }

    @Override
    public boolean leads() {
        return term.filter(this::lasts).isPresent();
    }

    private boolean lasts(Term now) {
        return now.until() - nanos.getAsLong() > 0;
    }

    /**
     * Returns the term in which this replica leads.
     *
     * @throws StateException if it does not lead
     */
    public long term() {
        return term.filter(this::lasts)
                .map(Term::number)
                .orElseThrow(() -> new StateException("WEFT-C121: this replica is not the leader"
                        + leader.map(name -> ", " + name + " does").orElse("")
                        + ": this replica does not write what only the leader may write"));
    }

    @Override
    public Optional<String> leader() {
        return leader;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void run() {
        while (!closed) {
            look();
            LockSupport.parkNanos(this, RETRY.toNanos());
        }
    }

    /** Looks at the Lease, and renews or takes it if that is due. */
    void look() {
        try {
            long now = nanos.getAsLong();
            @Nullable Lease lease = lease().get();
            if (lease == null) {
                create(now);
            } else if (holder.equals(spec(lease).getHolderIdentity())) {
                renew(lease, now);
            } else {
                follow(lease, now);
            }
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().log("Lease {} cannot be read ({}): tried again soon", NAME, e.getMessage());
        }
        listeners.report(leads(), leader.orElse(""));
    }

    private Resource<Lease> lease() {
        return client.leases().inNamespace(namespace).withName(NAME);
    }

    private void create(long now) throws IOException {
        long number = fence.highestTerm() + 1;
        Lease made = new LeaseBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/part-of", "weft")
                .endMetadata()
                .withSpec(spec(number, moment()))
                .build();
        if (written(() -> client.resource(made).inNamespace(namespace).create())) {
            lead(number, now);
        }
    }

    private void renew(Lease lease, long now) throws IOException {
        long number = transitions(lease);
        Optional<Term> before = term;
        boolean fenced = before.filter(present -> present.number() == number).isPresent();
        ZonedDateTime acquired = lease.getSpec().getAcquireTime();
        lease.setSpec(spec(number, acquired == null ? moment() : acquired));
        if (!written(() -> client.resource(lease).inNamespace(namespace).update())) {
            term = Optional.empty();
        } else if (fenced) {
            term = Optional.of(new Term(number, now + RENEW_WITHIN.toNanos()));
        } else {
            lead(number, now);
        }
    }

    private void follow(Lease lease, long now) throws IOException {
        term = Optional.empty();
        String held = Optional.ofNullable(spec(lease).getHolderIdentity()).orElse("");
        leader = held.isEmpty() ? Optional.empty() : Optional.of(LeaseHolder.podOf(held));
        String version = lease.getMetadata().getResourceVersion();
        Seen before = seen;
        if (before == null || !before.version().equals(version)) {
            seen = new Seen(version, now);
            before = seen;
        }
        Integer seconds = spec(lease).getLeaseDurationSeconds();
        long most =
                seconds == null ? LEASE.toNanos() : Duration.ofSeconds(seconds).toNanos();
        if (closed || (!held.isEmpty() && now - before.at() < most)) {
            return;
        }
        long number = Math.max(transitions(lease), fence.highestTerm()) + 1;
        lease.setSpec(spec(number, moment()));
        if (written(() -> client.resource(lease).inNamespace(namespace).update())) {
            lead(number, now);
        }
    }

    /**
     * Begins to lead, when this replica holds the Lease. It first makes sure that no leader of an earlier term can
     * write.
     */
    private void lead(long number, long since) throws IOException {
        leader = Optional.of(LeaseHolder.podOf(holder));
        fence.raise(number);
        term = Optional.of(new Term(number, since + RENEW_WITHIN.toNanos()));
    }

    private static boolean written(Runnable write) {
        try {
            write.run();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false; // another replica was first
            }
            throw e;
        }
    }

    private static LeaseSpec spec(Lease lease) {
        return lease.getSpec() == null ? new LeaseSpec() : lease.getSpec();
    }

    private static long transitions(Lease lease) {
        Integer number = spec(lease).getLeaseTransitions();
        return number == null ? 0 : number;
    }

    private LeaseSpec spec(long number, ZonedDateTime acquired) {
        LeaseSpec spec = new LeaseSpec();
        spec.setHolderIdentity(holder);
        spec.setLeaseDurationSeconds((int) LEASE.toSeconds());
        spec.setLeaseTransitions(Math.toIntExact(number));
        spec.setAcquireTime(acquired);
        spec.setRenewTime(moment());
        return spec;
    }

    private ZonedDateTime moment() {
        return clock.instant().atZone(ZoneOffset.UTC);
    }

    /** Stops leading, and lets another replica lead at once. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            if (thread.isAlive()) {
                thread.join(STOP);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (term.isEmpty()) {
            return;
        }
        term = Optional.empty();
        try {
            @Nullable Lease lease = lease().get();
            if (lease != null && holder.equals(lease.getSpec().getHolderIdentity())) {
                lease.getSpec().setHolderIdentity("");
                lease.getSpec().setLeaseDurationSeconds(1);
                written(() -> client.resource(lease).inNamespace(namespace).update());
            }
        } catch (KubernetesClientException e) {
            LOG.atWarn().log("Lease {} cannot be released ({}): it expires by itself", NAME, e.getMessage());
        }
    }
}
