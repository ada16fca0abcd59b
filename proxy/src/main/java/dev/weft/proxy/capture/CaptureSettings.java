package dev.weft.proxy.capture;

import dev.weft.daemon.text.HostPort;
import dev.weft.policy.model.Cidr;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * What to capture in a network namespace, and what to leave alone.
 *
 * @param outboundPort where the sidecar accepts captured outbound connections, on loopback
 * @param inboundPort where the sidecar accepts captured inbound connections
 * @param tunnelPort where other sidecars connect; never captured
 * @param mark SO_MARK of the sidecar's own sockets, which are not captured; 0 for none, then {@code uid} is required
 * @param uid user whose connections are not captured, in the user namespace that loads the rules
 * @param datagrams which incoming datagrams are let in
 * @param names which DNS queries are captured
 * @param skipInboundPorts destination ports of inbound connections that go straight to the application
 * @param skipOutboundPorts destination ports of outbound connections that leave as they are
 * @param excludedCidrs destinations, IPv4 or IPv6, of outbound connections that leave as they are
 */
public record CaptureSettings(
        int outboundPort,
        int inboundPort,
        int tunnelPort,
        int mark,
        OptionalInt uid,
        Datagrams datagrams,
        Names names,
        NavigableSet<Integer> skipInboundPorts,
        NavigableSet<Integer> skipOutboundPorts,
        List<Cidr> excludedCidrs) {

    /**
     * The mark that sidecars put on their own sockets by default. Other programs test single bits of a packet's mark,
     * so this mark has no bit with a known meaning: 0x4000 and 0x8000 (kube-proxy's masquerade and drop), 0x2000 (CNI
     * portmap), 0x0f00 (Cilium), 0xffff0000 (Calico, Tailscale, Weave), 0x80 (AWS VPC CNI), 0x1 (OpenShift SDN). It
     * also differs from the whole marks of others: 0x539 (Istio), 0xca6c (wg-quick).
     */
    public static final int DEFAULT_MARK = 0x1056;

    /**
     * DNS queries, over UDP and TCP, that the sidecar answers.
     *
     * @param port where the sidecar takes the queries, on loopback
     * @param servers addresses of the servers that queries are captured for; other queries leave as they are
     */
    public record Names(int port, List<InetAddress> servers) {
        /** The default port of the sidecar's DNS server. */
        public static final int DEFAULT_PORT = 15_053;

        /** No queries are captured. */
        public static final Names NONE = new Names(DEFAULT_PORT, List.of());

        public Names {
            requirePort("names-port", port);
            servers = List.copyOf(servers);
        }
    }

    /**
     * Which incoming datagrams (UDP, UDP-Lite, SCTP and DCCP, which no sidecar sees) are let in. Answers always are.
     *
     * @param all whether all datagrams are let in
     * @param udpPorts if not all: the UDP ports that datagrams may come to
     */
    public record Datagrams(boolean all, NavigableSet<Integer> udpPorts) {
        /** All datagrams are let in. */
        public static final Datagrams ALL = new Datagrams(true, new TreeSet<>());
        /** Only answers are let in. */
        public static final Datagrams NONE = new Datagrams(false, new TreeSet<>());

        public Datagrams {
            udpPorts = copyPorts("udp-ports", udpPorts);
        }

        /**
         * Returns which datagrams a workload lets in.
         *
         * @param strict whether its mode is strict; otherwise all datagrams are let in
         * @param udpPorts the UDP ports that the workload declares
         */
        public static Datagrams of(boolean strict, Iterable<Integer> udpPorts) {
            return strict ? new Datagrams(false, sorted(udpPorts)) : ALL;
        }
    }

    public CaptureSettings {
        requirePort("outbound-port", outboundPort);
        requirePort("inbound-port", inboundPort);
        requirePort("tunnel-port", tunnelPort);
        if (outboundPort == inboundPort || inboundPort == tunnelPort || outboundPort == tunnelPort) {
            throw new IllegalArgumentException(
                    "outbound-port, inbound-port, tunnel-port: %d, %d, %d (expected: all different)"
                            .formatted(outboundPort, inboundPort, tunnelPort));
        }
        if (mark == 0 && uid.isEmpty()) {
            throw new IllegalArgumentException(
                    "mark: 0 without a uid (expected: one of the two, or the sidecar's own connections would return to it)");
        }
        if (uid.isPresent() && uid.getAsInt() < 0) {
            throw new IllegalArgumentException("uid: %d (expected: 0 or more)".formatted(uid.getAsInt()));
        }
        skipInboundPorts = copyPorts("skip-inbound-ports", skipInboundPorts);
        skipOutboundPorts = copyPorts("skip-outbound-ports", skipOutboundPorts);
        excludedCidrs = List.copyOf(excludedCidrs);
    }

    /**
     * Returns the default settings: the sidecar's default ports and mark, all TCP captured, no datagrams but answers.
     */
    public static CaptureSettings standard() {
        return new CaptureSettings(
                15_001,
                15_006,
                15_008,
                DEFAULT_MARK,
                OptionalInt.empty(),
                Datagrams.NONE,
                Names.NONE,
                new TreeSet<>(),
                new TreeSet<>(),
                List.of());
    }

    /** Returns these settings, with these destination ports of inbound and outbound connections left alone. */
    public CaptureSettings skipping(Iterable<Integer> inbound, Iterable<Integer> outbound) {
        return with(datagrams, names, sorted(inbound), sorted(outbound), excludedCidrs);
    }

    private static NavigableSet<Integer> sorted(Iterable<Integer> ports) {
        NavigableSet<Integer> sorted = new TreeSet<>();
        ports.forEach(sorted::add);
        return sorted;
    }

    /** Returns these settings, with other datagrams let in. */
    public CaptureSettings admitting(Datagrams others) {
        return with(others, names, skipInboundPorts, skipOutboundPorts, excludedCidrs);
    }

    /** Returns these settings, with the DNS queries to these servers captured. */
    public CaptureSettings answering(List<InetAddress> servers) {
        return with(datagrams, new Names(names.port(), servers), skipInboundPorts, skipOutboundPorts, excludedCidrs);
    }

    /** Returns these settings, with outbound connections to these destinations left alone instead of the former. */
    public CaptureSettings excluding(List<String> cidrs) {
        return with(
                datagrams,
                names,
                skipInboundPorts,
                skipOutboundPorts,
                cidrs.stream().map(Cidr::parse).toList());
    }

    /** Returns settings of the same sidecar with other captured traffic. */
    private CaptureSettings with(
            Datagrams others,
            Names questions,
            NavigableSet<Integer> inbound,
            NavigableSet<Integer> outbound,
            List<Cidr> excluded) {
        return new CaptureSettings(
                outboundPort, inboundPort, tunnelPort, mark, uid, others, questions, inbound, outbound, excluded);
    }

    private static NavigableSet<Integer> copyPorts(String name, NavigableSet<Integer> ports) {
        ports.forEach(port -> requirePort(name, port));
        return Collections.unmodifiableNavigableSet(new TreeSet<>(ports));
    }

    private static void requirePort(String name, int port) {
        if (port < 1 || port > HostPort.MAX_PORT) {
            throw new IllegalArgumentException("%s: %d (expected: 1-%d)".formatted(name, port, HostPort.MAX_PORT));
        }
    }
}
