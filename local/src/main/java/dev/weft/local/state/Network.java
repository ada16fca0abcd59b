package dev.weft.local.state;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The address ranges of one mesh. Meshes that run at the same time have different networks, so that any two of them can
 * be linked. Workloads are in a /16 and a /64, Services in a /16 and a /112.
 *
 * @param number 0 for the first mesh; at most {@link #MAX_NUMBER}
 */
public record Network(int number) {

    /** The highest number. Numbers begin at 0, so one more mesh than this can run at the same time. */
    public static final int MAX_NUMBER = 31;

    /** The network of the first mesh on a machine. */
    public static final Network FIRST = new Network(0);

    /** The port of the control plane, on the gateway's address. */
    public static final int CONTROL_PORT = 15_012;

    /** The port of the control plane's trust bundle, on the gateway's address. */
    public static final int BUNDLE_PORT = 15_013;

    /** Prefix length of {@link #workloadsIpv4()}. */
    public static final int IPV4_PREFIX = 16;

    /** Prefix length of {@link #workloadsIpv6()}. */
    public static final int IPV6_PREFIX = 64;

    /** Prefix of the names of interfaces to other meshes. */
    public static final String LINK_PREFIX = "mesh";

    private static final int SERVICES_IPV6_PREFIX = 112;
    private static final int WORKLOADS_OCTET = 244;
    private static final int SERVICES_OCTET = 96;
    private static final int LAST_OCTET_MASK = 0xff;

    public Network {
        if (number < 0 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("network: " + number + " (expected: 0-" + MAX_NUMBER + ")");
        }
    }

    /** Returns the lowest number that is not taken; empty if all are. */
    public static OptionalInt firstFree(Collection<Integer> taken) {
        return IntStream.rangeClosed(0, MAX_NUMBER)
                .filter(number -> !taken.contains(number))
                .findFirst();
    }

    /**
     * Returns the gateway of the workloads, where the control plane listens: {@code 10.244.0.1} in the first network.
     */
    public String gatewayIpv4() {
        return workloadIpv4(1);
    }

    /** Returns the gateway's IPv6 address. */
    public String gatewayIpv6() {
        return workloadIpv6(1);
    }

    /** Returns address and port of the control plane. */
    public String controlPlane() {
        return gatewayIpv4() + ":" + CONTROL_PORT;
    }

    /** Returns address and port of the control plane's bundle endpoint. */
    public String bundleEndpoint() {
        return gatewayIpv4() + ":" + BUNDLE_PORT;
    }

    /** Returns all address ranges of workloads and Services. */
    public List<String> ranges() {
        return List.of(workloadsIpv4(), servicesIpv4(), workloadsIpv6(), servicesIpv6());
    }

    /**
     * Returns the range of workloads: {@code 10.244.0.0/16} in the first network, {@code 10.243.0.0/16} in the next.
     */
    public String workloadsIpv4() {
        return workloadIpv4(0) + "/" + IPV4_PREFIX;
    }

    /** Returns the range of workloads: {@code fd57:e1f7::/64} in the first network. */
    public String workloadsIpv6() {
        return ipv6Workloads() + ":/" + IPV6_PREFIX;
    }

    /** Returns the range of Services: {@code 10.96.0.0/16} in the first network, {@code 10.97.0.0/16} in the next. */
    public String servicesIpv4() {
        return serviceIpv4(0) + "/" + IPV4_PREFIX;
    }

    /** Returns the range of Services: {@code fd57:e1f7:96::/112} in the first network. */
    public String servicesIpv6() {
        return ipv6Services() + ":/" + SERVICES_IPV6_PREFIX;
    }

    /** Returns the name, in other meshes, of the interface to this mesh. */
    public String linkName() {
        return LINK_PREFIX + number;
    }

    /** Returns the address of this mesh on each of its links, which other meshes use as the next hop. */
    public String linkIpv6() {
        return "fe80::57:" + Integer.toHexString(number);
    }

    /** Returns the address of the workload with this index; index 1 is the gateway. */
    public String workloadIpv4(int index) {
        return ipv4(WORKLOADS_OCTET - number, index);
    }

    /** Returns the IPv6 address of the workload with this index; index 1 is the gateway. */
    public String workloadIpv6(int index) {
        return ipv6Workloads() + ":" + Integer.toHexString(index);
    }

    /** Returns the address of the Service with this index. */
    public String serviceIpv4(int index) {
        return ipv4(SERVICES_OCTET + number, index);
    }

    /** Returns the IPv6 address of the Service with this index. */
    public String serviceIpv6(int index) {
        return ipv6Services() + ":" + Integer.toHexString(index);
    }

    private String ipv6Workloads() {
        return "fd57:e1f7" + (number == 0 ? ":" : ":0:" + Integer.toHexString(number) + ":");
    }

    private String ipv6Services() {
        return "fd57:e1f7:96" + (number == 0 ? ":" : ":" + Integer.toHexString(number) + ":");
    }

    private static String ipv4(int second, int index) {
        return "10." + second + "." + (index >> 8) + "." + (index & LAST_OCTET_MASK);
    }
}
