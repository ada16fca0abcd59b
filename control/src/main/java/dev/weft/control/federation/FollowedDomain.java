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

/** What the client knows of one federated trust domain. Only the client's own thread touches it. */
final class FollowedDomain {

    final TrustDomain trustDomain;
    Wanted wanted;
    /** Whether an answer is awaited. */
    boolean asking;
    /** Rises when what an answer is to is no longer what is wanted. */
    long generation;

    @Nullable
    SpiffeBundle bundle;

    @Nullable
    Instant lastSuccess;

    @Nullable
    Failure failure;

    int failures;
    /** Whether what was kept of it cannot be read: nothing is asked, as nothing proves the answer. */
    boolean damaged;
    /** Whether another control plane fetched it when it was looked at last. */
    boolean followed;

    List<String> ignored = List.of();

    @Nullable
    Instant next;

    /** When it was asked last. */
    @Nullable
    Instant asked;

    /** Whether somebody said meanwhile that there is a newer one. */
    boolean hurried;

    @Nullable
    Future<?> timer;

    FollowedDomain(TrustDomain trustDomain, Wanted wanted) {
        this.trustDomain = trustDomain;
        this.wanted = wanted;
    }

    /** Asks no more, until it is scheduled again; an answer that is under way will not count. */
    void stop() {
        generation++;
        asking = false;
        hurried = false;
        next = null;
        unschedule();
    }

    /** Takes back that it is asked at a later time. */
    void unschedule() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** Whether a bundle of this sequence would be newer than what there is. */
    boolean lacks(long sequence) {
        SpiffeBundle held = bundle;
        return held == null || held.sequence().orElse(0) < sequence;
    }

    /** As if nothing of it had ever been fetched. */
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

    /** What each of these says of itself, where it is known. */
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
