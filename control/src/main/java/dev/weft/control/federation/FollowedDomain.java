package dev.weft.control.federation;

import dev.weft.control.federation.DomainStatus.Failure;
import dev.weft.control.trust.FederatedBundle;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.spiffe.TrustDomain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What the client knows of one federated trust domain. Only the client's own thread uses it. */
final class FollowedDomain {

    final TrustDomain trustDomain;
    FollowSettings wanted;
    /** Whether an answer is awaited. */
    boolean asking;
    /** Incremented when a pending answer no longer counts. */
    long generation;

    @Nullable
    SpiffeBundle bundle;

    @Nullable
    Instant lastSuccess;

    @Nullable
    Failure failure;

    int failures;
    /** Whether the stored bundle cannot be read: the endpoint is not asked, because nothing could verify its answer. */
    boolean damaged;
    /** Whether another control plane fetched the bundle at the last look. */
    boolean followed;

    List<String> ignored = List.of();

    @Nullable
    Instant next;

    /** When the endpoint was last asked. */
    @Nullable
    Instant asked;

    /** Whether a newer bundle was announced while an answer was pending. */
    boolean askAgain;

    @Nullable
    Future<?> timer;

    FollowedDomain(TrustDomain trustDomain, FollowSettings wanted) {
        this.trustDomain = trustDomain;
        this.wanted = wanted;
    }

    /** Stops asking until scheduled again; a pending answer will not count. */
    void stop() {
        generation++;
        asking = false;
        askAgain = false;
        next = null;
        unschedule();
    }

    /** Cancels the next scheduled question. */
    void unschedule() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** Whether a bundle of this sequence would be newer than the one held. */
    boolean lacks(long sequence) {
        SpiffeBundle held = bundle;
        return held == null || held.sequence().orElse(0) < sequence;
    }

    /** Resets to the state before the first fetch. */
    void forget() {
        bundle = null;
        lastSuccess = null;
        failure = null;
        failures = 0;
        ignored = List.of();
    }

    DomainStatus status(List<String> remarks) {
        List<String> notes = new ArrayList<>(remarks);
        notes.addAll(ignored);
        if (wanted.disabled()) {
            notes.add("not asked while the trust domain is disabled");
        }
        return new DomainStatus(
                trustDomain,
                wanted.endpoint(),
                Optional.ofNullable(bundle),
                Optional.ofNullable(lastSuccess),
                Optional.ofNullable(failure),
                failures,
                Optional.ofNullable(next),
                notes);
    }

    /** Returns the latest bundle of each of these trust domains that has one. */
    static Map<TrustDomain, FederatedBundle> bundles(Collection<FollowedDomain> domains) {
        Map<TrustDomain, FederatedBundle> bundles = new TreeMap<>();
        domains.forEach(domain -> {
            SpiffeBundle bundle = domain.bundle;
            if (bundle != null) {
                bundles.put(domain.trustDomain, new FederatedBundle(bundle.anchors(), bundle.jwtAuthorities()));
            }
        });
        return bundles;
    }
}
