package dev.weft.control.rotate;

import dev.weft.api.v1.Awaited;
import dev.weft.control.peering.LinkedDomain;
import dev.weft.control.trust.UnpublishedAnchors;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.control.watch.ExpectedProxy;
import dev.weft.control.watch.ReportedLeaf;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * The proxies, trust domains and places of anchors that a step waits for.
 *
 * @param total number of proxies and trust domains that it waits for, or has waited for
 * @param missing those that are not done, by name, with the reason
 */
record PendingFollowers(int total, List<Awaited> missing) {

    /** Waits for nothing. */
    static final PendingFollowers NONE = new PendingFollowers(0, List.of());

    PendingFollowers {
        missing = List.copyOf(missing);
    }

    /**
     * Waits until each proxy has acknowledged this sequence of the trust domain's bundle, or a later one.
     *
     * @param published the sequence; empty while the bundle is not published
     */
    static PendingFollowers acknowledged(
            List<ExpectedProxy> proxies, Set<String> without, TrustDomain domain, OptionalLong published) {
        if (published.isEmpty()) {
            return of(proxies, without, _ -> "the control plane has not published the bundle yet");
        }
        long sequence = published.getAsLong();
        return of(proxies, without, proxy -> {
            if (proxy.acknowledged(domain.name()) >= sequence) {
                return "";
            }
            String refused = proxy.last().flatMap(ConnectedProxy::lastRefusal).orElse("");
            String last = refused.isEmpty() ? "" : "; what it refused last: " + refused;
            return proxy.connected()
                    ? "it has not acknowledged bundle " + sequence + " yet" + last
                    : disconnected(proxy) + ", and had not acknowledged bundle " + sequence;
        });
    }

    /** Waits until each proxy has reported a certificate of this issuer. */
    static PendingFollowers certified(List<ExpectedProxy> proxies, Set<String> without, SpkiFingerprint issuer) {
        return of(proxies, without, proxy -> {
            if (proxy.leaf()
                    .flatMap(ReportedLeaf::issuerKey)
                    .filter(issuer::equals)
                    .isPresent()) {
                return "";
            }
            if (!proxy.connected()) {
                return disconnected(proxy) + ", and had no certificate of the issuer";
            }
            String failure = proxy.leaf().map(ReportedLeaf::renewalFailure).orElse("");
            return failure.isEmpty()
                    ? "it has not reported a certificate of the issuer yet"
                    : "it cannot renew its certificate: " + failure;
        });
    }

    /** Waits until each linked trust domain has this anchor, and all of its proxies have it. */
    static PendingFollowers anchorHeld(List<LinkedDomain> linked, Set<String> without, SpkiFingerprint anchor) {
        List<Awaited> missing = new ArrayList<>();
        int total = 0;
        for (LinkedDomain domain : linked) {
            String name = domain.trustDomain().name();
            boolean has = domain.heldAnchors().contains(anchor);
            if (without.contains(name)) {
                continue;
            }
            total++;
            if (!has || !domain.behind().isEmpty()) {
                String why = !domain.silence().isEmpty()
                        ? domain.silence()
                        : has
                                ? domain.behind()
                                : "its control plane has not fetched the bundle with the new anchor yet";
                missing.add(awaited(name, why));
            }
        }
        return new PendingFollowers(total, missing);
    }

    /**
     * Waits for these places. Those that have the anchors are not counted, because only a Kubernetes cluster has any.
     *
     * @param until when the step no longer waits for them
     */
    static PendingFollowers published(List<UnpublishedAnchors> places, Set<String> without, Instant until) {
        String end = "; the rotation waits for it until " + until.truncatedTo(ChronoUnit.SECONDS);
        List<Awaited> missing = places.stream()
                .filter(each -> !without.contains(each.place()))
                .map(each -> awaited(
                        each.place(),
                        (each.problem().isEmpty() ? "it does not have the new anchor yet" : each.problem()) + end))
                .toList();
        return new PendingFollowers(missing.size(), missing);
    }

    PendingFollowers and(PendingFollowers others) {
        List<Awaited> all = new ArrayList<>(missing);
        all.addAll(others.missing);
        return new PendingFollowers(total + others.total, all);
    }

    /** @param reason why a proxy is waited for; empty if it is not */
    static PendingFollowers of(
            List<ExpectedProxy> proxies, Set<String> without, Function<ExpectedProxy, String> reason) {
        List<Awaited> missing = new ArrayList<>();
        int total = 0;
        for (ExpectedProxy proxy : proxies) {
            if (without.contains(proxy.workload())) {
                continue;
            }
            total++;
            String why = reason.apply(proxy);
            if (!why.isEmpty()) {
                missing.add(awaited(proxy.workload(), why));
            }
        }
        return new PendingFollowers(total, missing);
    }

    private static Awaited awaited(String name, String reason) {
        return Awaited.newBuilder().setWorkload(name).setReason(reason).build();
    }

    private static String disconnected(ExpectedProxy proxy) {
        return proxy.since()
                .map(since -> "it has been disconnected since " + since)
                .orElse("it was never connected since the control plane started");
    }

    int followedCount() {
        return total - missing.size();
    }

    boolean isComplete() {
        return missing.isEmpty();
    }
}
