package dev.weft.policy.egress;

import dev.weft.policy.model.Cidr;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first entry that allows an address or a host. Entries for other ranges and hosts cost nothing. A range is
 * found by one hash lookup for each prefix length in use, a host by one hash lookup for each of its parent names.
 * Immutable.
 */
final class EgressIndex {
    /** Longest DNS name, in characters (RFC 1035 section 2.3.4). No entry has a longer parent name. */
    private static final int MAX_NAME = 253;

    private final Map<Cidr, List<Entry>> ranges = new HashMap<>();
    private final Map<String, List<Entry>> hosts = new HashMap<>();
    /** Entries with a wildcard, by the name below which they match. */
    private final Map<String, List<Entry>> below = new HashMap<>();

    private final int[] lengths;
    private final int[] lengthsOfIpv6;
    /** Ports at which an entry allows a host. */
    private final BitSet hostPorts = new BitSet();

    private boolean hostsAtAllPorts;

    /** @param order position among all entries of all policies */
    private record Entry(int order, String policy, EgressTarget target) {}

    EgressIndex(List<EgressPolicy> policies) {
        TreeSet<Integer> ofIpv4 = new TreeSet<>();
        TreeSet<Integer> ofIpv6 = new TreeSet<>();
        int order = 0;
        for (EgressPolicy policy : policies) {
            for (EgressTarget target : policy.to()) {
                Entry entry = new Entry(order++, policy.fullName(), target);
                switch (target) {
                    case EgressTarget.Range range -> {
                        (range.range().ipv6() ? ofIpv6 : ofIpv4)
                                .add(range.range().prefixLength());
                        add(ranges, range.range(), entry);
                    }
                    case EgressTarget.Host host -> {
                        String text = host.host().text();
                        boolean wildcard = host.host().isWildcard();
                        add(wildcard ? below : hosts, wildcard ? text.substring(2) : text, entry);
                        hostsAtAllPorts |= host.ports().isEmpty();
                        host.ports().forEach(hostPorts::set);
                    }
                }
            }
        }
        lengths = ofIpv4.stream().mapToInt(Integer::intValue).toArray();
        lengthsOfIpv6 = ofIpv6.stream().mapToInt(Integer::intValue).toArray();
    }

    private static <K> void add(Map<K, List<Entry>> to, K key, Entry entry) {
        to.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(entry);
    }

    Optional<String> allowing(InetAddress address, int port) {
        Entry first = null;
        for (int length : address instanceof Inet6Address ? lengthsOfIpv6 : lengths) {
            first = earlier(first, ranges.get(Cidr.around(address, length)), port);
        }
        return Optional.ofNullable(first).map(Entry::policy);
    }

    Optional<String> allowing(String host, int port) {
        Entry first = earlier(null, hosts.get(host), port);
        int dot = host.indexOf('.', Math.max(1, host.length() - MAX_NAME));
        while (dot >= 0 && !below.isEmpty()) {
            first = earlier(first, below.get(host.substring(dot + 1)), port);
            dot = host.indexOf('.', dot + 1);
        }
        return Optional.ofNullable(first).map(Entry::policy);
    }

    boolean hasHostAt(int port) {
        return hostPorts.get(port) || hostsAtAllPorts;
    }

    private static @Nullable Entry earlier(@Nullable Entry first, @Nullable List<Entry> entries, int port) {
        if (entries == null) {
            return first;
        }
        for (Entry entry : entries) {
            if (first != null && entry.order() > first.order()) {
                return first;
            }
            if (entry.target().hasPort(port)) {
                return entry;
            }
        }
        return first;
    }
}
