package dev.weft.control.federation;

import dev.weft.control.federation.DomainStatus.Failure;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the client knows of one federated trust domain. Only the client's own thread uses it. */
final class FollowedDomain {

    private static final Logger LOG = LoggerFactory.getLogger(FederationClient.class);

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

    void forget() {
        bundle = null;
        lastSuccess = null;
        failure = null;
        failures = 0;
        ignored = List.of();
    }

    void logFetched(SpiffeBundle bundle) {
        LOG.atInfo()
                .addKeyValue("trustDomain", trustDomain)
                .addKeyValue("url", wanted.endpoint().url())
                .addKeyValue("anchors", bundle.anchors().size())
                .addKeyValue("jwtAuthorities", bundle.jwtAuthorities().size())
                .addKeyValue(
                        "sequence",
                        bundle.sequence().isPresent() ? bundle.sequence().getAsLong() : "none")
                .addKeyValue("ignored", ignored)
                .log("trust bundle of a federated trust domain");
    }

    void logFailed(FetchException because) {
        LOG.atWarn()
                .addKeyValue("trustDomain", trustDomain)
                .addKeyValue("code", because.kind().code())
                .addKeyValue("reason", because.getMessage())
                .addKeyValue("failuresInARow", failures)
                .log("no trust bundle from a federated trust domain");
    }

    void logEnded() {
        LOG.atInfo().addKeyValue("trustDomain", trustDomain).log("federation ended");
    }

    void logRestarted() {
        LOG.atInfo().addKeyValue("trustDomain", trustDomain).log("federation starts over with other anchors");
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
    static Map<TrustDomain, SpiffeBundle> bundles(Collection<FollowedDomain> domains) {
        Map<TrustDomain, SpiffeBundle> bundles = new TreeMap<>();
        domains.forEach(domain -> {
            SpiffeBundle bundle = domain.bundle;
            if (bundle != null) {
                bundles.put(domain.trustDomain, bundle);
            }
        });
        return bundles;
    }
}
