package dev.weft.control.federation;

import dev.weft.control.federation.DomainStatus.Failure;
import dev.weft.control.lead.Leadership;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.BundleEndpoint;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the bundles of other trust domains. One thread owns all state; endpoints are asked on virtual threads, whose
 * answers are handed to that thread. What is known of each trust domain stays separate (FE-03): a bundle is in force
 * for the trust domain whose endpoint served it, and for no other.
 */
final class FederationClient implements AutoCloseable {

    /** Most endpoints asked at once. */
    static final int MAX_ASKED_AT_ONCE = 32;

    /** How often the bundles that another control plane fetched are read, besides after each reported change. */
    static final Duration READ_AGAIN = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(FederationClient.class);

    private final TrustSource trust;
    private final BundleStore store;
    private final Leadership leadership;
    private final BundleKeeper keeper;
    private final BundleFetcher fetcher;
    private final PollSchedule pace;
    private final Clock clock;
    private final DoubleSupplier random;
    private final FederationMetrics metrics;
    private final ScheduledExecutorService loop = Repetition.thread("federation");
    private final ExecutorService fetchThreads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore asked = new Semaphore(MAX_ASKED_AT_ONCE, true);
    private final Map<TrustDomain, FollowedDomain> domains = new TreeMap<>();
    private volatile List<DomainStatus> status = List.of();

    FederationClient(
            TrustSource trust,
            BundleStore store,
            Leadership leadership,
            BundleFetcher fetcher,
            PollSchedule pace,
            Clock clock,
            DoubleSupplier random,
            FederationMetrics metrics) {
        this.leadership = leadership;
        this.trust = trust;
        this.store = store;
        this.keeper = new BundleKeeper(store);
        this.fetcher = fetcher;
        this.pace = pace;
        this.clock = clock;
        this.random = random;
        this.metrics = metrics;
        metrics.follow(this::status);
    }

    /** Returns the status of each trust domain that is followed, by name. */
    List<DomainStatus> status() {
        return status;
    }

    /**
     * Follows these trust domains and no others from now on; the bundles of all others are deleted (FE-11).
     *
     * @param whole whether these are all that the registry has; if not, because its files have errors, nothing is
     *     deleted
     * @return completes when the stored bundles are in force
     */
    CompletableFuture<Void> follow(Map<TrustDomain, FollowSettings> wanted, boolean whole) {
        Map<TrustDomain, FollowSettings> copy = Map.copyOf(wanted);
        return CompletableFuture.runAsync(() -> followNow(copy, whole), loop);
    }

    private void followNow(Map<TrustDomain, FollowSettings> wanted, boolean whole) {
        domains.values().removeIf(domain -> {
            boolean ended = !wanted.containsKey(domain.trustDomain);
            if (ended) {
                domain.stop();
                domain.logEnded();
            }
            return ended;
        });
        wanted.forEach((trustDomain, want) -> {
            FollowedDomain domain = domains.get(trustDomain);
            if (domain == null) {
                domain = new FollowedDomain(trustDomain, want);
                domains.put(trustDomain, domain);
                load(domain);
                resume(domain);
            } else if (!domain.wanted.equals(want)) {
                domain.stop();
                boolean anew = !domain.wanted.bootstrap().equals(want.bootstrap());
                domain.wanted = want;
                if (anew) {
                    domain.logRestarted();
                    domain.forget();
                    load(domain);
                }
                resume(domain);
            }
        });
        publish();
        if (whole) {
            try {
                store.keepOnly(wanted.keySet());
            } catch (IOException e) {
                LOG.atError()
                        .setCause(e)
                        .log("bundles of trust domains that are no longer federated cannot be deleted");
            }
        }
    }

    private void resume(FollowedDomain domain) {
        if (!domain.wanted.disabled()) {
            schedule(domain, Duration.ZERO);
        }
    }

    private void load(FollowedDomain domain) {
        try {
            keeper.load(domain);
        } catch (FetchException e) {
            fail(domain, e);
        }
    }

    /**
     * Called when the bundle of a trust domain has this sequence. Asks its endpoint, unless this sequence is held
     * already, or the endpoint was asked a moment ago.
     */
    void newerBundle(TrustDomain trustDomain, long sequence) {
        execute(() -> {
            FollowedDomain domain = domains.get(trustDomain);
            if (domain != null && !domain.wanted.disabled() && domain.lacks(sequence)) {
                scheduleSoon(domain);
            }
        });
    }

    private void execute(Runnable work) {
        try {
            loop.execute(work);
        } catch (RejectedExecutionException _) {
            // The client was closed in the meantime.
        }
    }

    /** Reads the bundles that another control plane has fetched. */
    void readAgain() {
        execute(() -> domains.values().stream()
                .filter(domain -> domain.followed && !domain.asking && !domain.wanted.disabled())
                .forEach(domain -> {
                    domain.unschedule();
                    ask(domain);
                }));
    }

    private void scheduleSoon(FollowedDomain domain) {
        if (domain.asking) {
            // The pending answer may have been sent before there was a newer bundle.
            domain.askAgain = true;
            return;
        }
        Duration wait = domain.asked == null ? Duration.ZERO : pace.afterAnnouncement(domain.asked, clock.instant());
        if (domain.next == null || clock.instant().plus(wait).isBefore(domain.next)) {
            domain.unschedule();
            schedule(domain, wait);
        }
    }

    private void schedule(FollowedDomain domain, Duration wait) {
        domain.next = clock.instant().plus(wait);
        domain.timer = loop.schedule(() -> ask(domain), wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void ask(FollowedDomain domain) {
        if (domain.asking) {
            return;
        }
        boolean leads = leadership.leads();
        if (domain.damaged || domain.followed || !leads) {
            load(domain);
            publish();
        }
        domain.followed = !leads;
        if (!leads) {
            schedule(domain, READ_AGAIN);
            return;
        }
        if (domain.damaged) {
            schedule(domain, untilNext(domain));
            return;
        }
        domain.asking = true;
        domain.asked = clock.instant();
        long generation = domain.generation;
        BundleEndpoint endpoint = domain.wanted.endpoint();
        fetchThreads.execute(() -> {
            try {
                Runnable answer = attempt(domain, endpoint);
                loop.execute(() -> answered(domain, generation, answer));
            } catch (InterruptedException | RejectedExecutionException _) {
                // The client was closed in the meantime: the answer is of no use.
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Asks the endpoint; returns what the loop does with the answer. */
    private Runnable attempt(FollowedDomain domain, BundleEndpoint endpoint) throws InterruptedException {
        asked.acquire();
        try {
            FetchedBundle had = FetchedBundle.by(fetcher, endpoint);
            return () -> take(domain, had);
        } catch (FetchException e) {
            return () -> fail(domain, e);
        } finally {
            asked.release();
        }
    }

    private void answered(FollowedDomain domain, long generation, Runnable answer) {
        if (domain.generation != generation) {
            return;
        }
        domain.asking = false;
        answer.run();
        schedule(domain, untilNext(domain));
        if (domain.askAgain) {
            domain.askAgain = false;
            scheduleSoon(domain);
        }
        publish();
    }

    private Duration untilNext(FollowedDomain domain) {
        return domain.lastSuccess == null
                ? pace.beforeTheFirst(domain.failures, random.getAsDouble())
                : pace.following(
                        Optional.ofNullable(domain.bundle).flatMap(SpiffeBundle::refreshHint), random.getAsDouble());
    }

    private void take(FollowedDomain domain, FetchedBundle had) {
        try {
            boolean changed = keeper.take(domain, had, clock.instant());
            metrics.fetched(domain.trustDomain);
            if (changed) {
                domain.logFetched(had.decoded().bundle());
            }
        } catch (FetchException e) {
            fail(domain, e);
        }
    }

    private void fail(FollowedDomain domain, FetchException because) {
        domain.failures++;
        domain.failure = new Failure(clock.instant(), because.kind().code(), String.valueOf(because.getMessage()));
        metrics.failed(domain.trustDomain);
        domain.logFailed(because);
    }

    /** Puts all known bundles into force, and updates the status. */
    private void publish() {
        try {
            trust.changeFederated(FollowedDomain.bundles(domains.values()));
        } catch (RuntimeException e) {
            // Whatever the cause: the next poll tries again.
            LOG.atError().setCause(e).log("federated trust bundles are not in force; tried again at the next poll");
        }
        status = domains.values().stream()
                .map(domain -> domain.status(SharedRootKeys.remarks(domain.trustDomain, trust.bundles())))
                .toList();
    }

    @Override
    public void close() {
        loop.shutdownNow();
        fetchThreads.shutdownNow();
    }
}
