package dev.weft.kubernetes.election;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.kubernetes.follow.ApiKinds;
import dev.weft.mesh.state.StateException;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects a leader by a Lease. Its holder renews it every {@link #RETRY_PERIOD}, and writes into it that it lasts for
 * {@link #LEASE_DURATION}. Another replica takes it if it has no holder, or if it has not changed for the time that is
 * written in it. Each replica measures this time by its own clock, from the first answer of the API server that had the
 * Lease as it is, so the clocks of nodes need not agree. A leader stops leading {@link #RENEW_DEADLINE} after it began
 * the last renewal that succeeded, which is before another can take its place.
 *
 * <p>A process that was frozen may believe that it leads when it does not. So each leadership has a term, the Lease's
 * number of transitions. A replica leads only after it has raised the {@link Fence} to its term; from then on writes of
 * earlier terms are refused.
 */
public final class LeaseElection implements Leadership, AutoCloseable {

    /** The name of the Lease. */
    public static final String NAME = "weft-control";

    /** Time without renewal after which another replica may take the Lease. */
    static final Duration LEASE_DURATION = Duration.ofSeconds(15);

    /** Time without renewal after which a leader stops leading. */
    static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);

    /** Time between two looks at the Lease. */
    static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

    private static final Duration STOP = Duration.ofSeconds(3);
    private static final Logger LOG = LoggerFactory.getLogger(LeaseElection.class);

    /** The latest version of the Lease that was seen, and when the first answer with it had arrived. */
    private record Seen(String version, long at) {}

    /** A leadership, and the time at which it ends unless it is renewed. */
    private record Term(long number, long until) {}

    private final KubernetesClient client;
    private final String namespace;
    private final String holder;
    private final Fence fence;
    private final LongSupplier nanos;
    private final LeaseContent content;
    private final LeadershipListeners listeners = new LeadershipListeners();
    private final Thread thread;
    /** Written under the lock only, so that no leadership begins or goes on after {@link #close}. */
    private volatile Optional<Term> term = Optional.empty();

    private volatile Optional<String> leader = Optional.empty();
    private volatile boolean closed;
    /** Whether the Lease may name this process as its holder. */
    private volatile boolean mayHold;

    private @Nullable Seen seen; // used by the thread only

    /** Creates an election that takes no part until {@link #start}. The {@code nanos} are monotonic. */
    LeaseElection(KubernetesClient client, String namespace, String pod, Fence fence, LongSupplier nanos, Clock clock) {
        this.client = requireNonNull(client, "client");
        this.namespace = requireNonNull(namespace, "namespace");
        this.fence = requireNonNull(fence, "fence");
        this.nanos = requireNonNull(nanos, "nanos");
        this.content = new LeaseContent(pod, LEASE_DURATION, clock);
        this.holder = content.holder();
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
            LockSupport.parkNanos(this, RETRY_PERIOD.toNanos());
        }
    }

    /** Looks at the Lease, and renews or takes it if that is due. */
    void look() {
        try {
            long now = nanos.getAsLong();
            @Nullable Lease lease = lease().get();
            if (lease == null) {
                create(now);
            } else if (holder.equals(LeaseContent.spec(lease).getHolderIdentity())) {
                renew(lease, now);
            } else {
                observeOrAcquire(lease, now, nanos.getAsLong());
            }
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().log("Lease {} cannot be read, taken or renewed ({}): tried again soon", NAME, e.getMessage());
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
                .withSpec(content.acquired(number))
                .build();
        if (hold(() -> client.resource(made).inNamespace(namespace).create())) {
            lead(number, now);
        }
    }

    private void renew(Lease lease, long now) throws IOException {
        long number = LeaseContent.transitions(lease);
        Optional<Term> before = term;
        boolean fenced = before.filter(present -> present.number() == number).isPresent();
        lease.setSpec(content.renewed(lease));
        if (!hold(() -> client.resource(lease).inNamespace(namespace).update())) {
            end();
        } else if (fenced) {
            boolean _ = begin(number, now);
        } else {
            lead(number, now);
        }
    }

    /**
     * Another process holds the Lease, or none does: takes it if it has ended.
     *
     * @param before a time before the Lease was read: an own leadership counts from then
     * @param after a time after it was read. The holder may have renewed it while the answer was on its way, so its end
     *     counts from then
     */
    private void observeOrAcquire(Lease lease, long before, long after) throws IOException {
        end();
        mayHold = false;
        String held = Optional.ofNullable(LeaseContent.spec(lease).getHolderIdentity())
                .orElse("");
        leader = held.isEmpty() ? Optional.empty() : Optional.of(LeaseContent.podOf(held));
        String version = lease.getMetadata().getResourceVersion();
        Seen known = seen;
        if (known == null || !known.version().equals(version)) {
            known = new Seen(version, after);
            seen = known;
        }
        Integer seconds = LeaseContent.spec(lease).getLeaseDurationSeconds();
        Duration lasts = seconds == null ? LEASE_DURATION : Duration.ofSeconds(seconds);
        if (!held.isEmpty() && after - known.at() < lasts.toNanos()) {
            return;
        }
        long number = Math.max(LeaseContent.transitions(lease), fence.highestTerm()) + 1;
        lease.setSpec(content.acquired(number));
        if (hold(() -> client.resource(lease).inNamespace(namespace).update())) {
            lead(number, before);
        }
    }

    /**
     * Begins to lead, when this replica holds the Lease. It first makes sure that no leader of an earlier term can
     * write; until then no replica leads.
     */
    private void lead(long number, long since) throws IOException {
        leader = Optional.empty();
        fence.raise(number);
        if (begin(number, since)) {
            leader = Optional.of(LeaseContent.podOf(holder));
        }
    }

    private synchronized boolean begin(long number, long since) {
        if (!closed) {
            term = Optional.of(new Term(number, since + RENEW_DEADLINE.toNanos()));
        }
        return !closed;
    }

    private synchronized void end() {
        term = Optional.empty();
    }

    /** Writes this process into the Lease as its holder, and returns whether that succeeded. */
    private boolean hold(Runnable write) {
        if (closed) {
            return false;
        }
        mayHold = true; // before the write: an answer that does not arrive does not tell
        return written(write);
    }

    private static boolean written(Runnable write) {
        try {
            write.run();
            return true;
        } catch (KubernetesClientException e) {
            if (ApiKinds.isOvertaken(e)) {
                return false; // another replica was first
            }
            throw e;
        }
    }

    /** Stops leading, and lets another replica lead at once. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        LockSupport.unpark(thread);
        try {
            if (thread.isAlive()) {
                thread.join(STOP);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        end();
        if (!mayHold) {
            return;
        }
        try {
            @Nullable Lease lease = lease().get();
            if (lease != null && holder.equals(LeaseContent.spec(lease).getHolderIdentity())) {
                lease.getSpec().setHolderIdentity("");
                lease.getSpec().setLeaseDurationSeconds(1);
                written(() -> client.resource(lease).inNamespace(namespace).update());
            }
        } catch (KubernetesClientException e) {
            LOG.atWarn().log("Lease {} cannot be released ({}): it expires by itself", NAME, e.getMessage());
        }
    }
}
