package dev.weft.control.rotate;

import dev.weft.control.watch.ExpectedProxy;
import dev.weft.control.watch.ReportedTunnels;
import dev.weft.identity.trust.SpkiFingerprint;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Tunnels that depend on an authority that the rotation removes next, as the proxies report them. Their sessions end
 * then, unless both ends prove themselves again before.
 *
 * @param without workloads that the rotation leaves behind: neither their tunnels nor others' tunnels with them are
 *     waited for
 * @param wanted the issuer that tunnels should depend on
 */
record FormerIssuerTunnels(List<ExpectedProxy> proxies, Set<String> without, SpkiFingerprint wanted) {

    /** Most peers named in one sentence; the rest is only mentioned. */
    private static final int MAX_NAMES = 3;

    /** Waits until no tunnel is left that can still be proven again. */
    PendingFollowers awaiting() {
        Set<String> leftBehind = leftBehind();
        return PendingFollowers.of(
                proxies,
                without,
                proxy -> tunnels(proxy)
                        .map(tunnels -> without(tunnels, leftBehind))
                        .filter(tunnels -> tunnels.count() > 0)
                        .map(tunnels -> tunnels.count()
                                + (tunnels.count() == 1
                                        ? " of its tunnels depends on the former issuer"
                                        : " of its tunnels depend on the former issuer")
                                + with(tunnels))
                        .orElse(""));
    }

    /** Whether every proxy that is waited for has counted its tunnels. */
    boolean counted() {
        return proxies.stream()
                .filter(proxy -> !without.contains(proxy.workload()))
                .allMatch(proxy -> tunnels(proxy).isPresent());
    }

    /**
     * Returns the tunnels that end if the former issuer is removed now: number and peers, by the proxy's workload.
     */
    Map<String, String> closing() {
        Map<String, String> closing = new TreeMap<>();
        for (ExpectedProxy proxy : proxies) {
            tunnels(proxy)
                    .filter(tunnels -> tunnels.count() > 0)
                    .ifPresent(tunnels -> closing.put(
                            proxy.workload(),
                            tunnels.count() + (tunnels.count() == 1 ? " tunnel" : " tunnels") + with(tunnels)));
        }
        return closing;
    }

    private Optional<ReportedTunnels> tunnels(ExpectedProxy proxy) {
        return proxy.leaf().flatMap(leaf -> leaf.tunnels(wanted));
    }

    /** Returns the identities that only proxies left behind have. */
    private Set<String> leftBehind() {
        Set<String> others = identities(proxy -> !without.contains(proxy.workload()));
        Set<String> left = identities(proxy -> without.contains(proxy.workload()));
        left.removeAll(others);
        return left;
    }

    private Set<String> identities(Predicate<ExpectedProxy> which) {
        return proxies.stream()
                .filter(which)
                .map(proxy -> proxy.identity().toString())
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static ReportedTunnels without(ReportedTunnels tunnels, Set<String> identities) {
        Map<String, Integer> peers = new LinkedHashMap<>(tunnels.peers());
        int count = tunnels.count();
        for (String identity : identities) {
            Integer gone = peers.remove(identity);
            count -= gone == null ? 0 : gone;
        }
        return new ReportedTunnels(tunnels.wanted(), Math.max(0, count), peers);
    }

    private static String with(ReportedTunnels tunnels) {
        if (tunnels.peers().isEmpty()) {
            return "";
        }
        String named = tunnels.peers().entrySet().stream()
                .limit(MAX_NAMES)
                .map(peer -> peer.getKey() + (peer.getValue() == 1 ? "" : " (" + peer.getValue() + ")"))
                .collect(Collectors.joining(", "));
        return ", with " + named + (tunnels.peers().size() > MAX_NAMES ? " and others" : "");
    }
}
