package dev.weft.local.state;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The address ranges of one mesh. Meshes that are up side by side have networks of their own, so that two of them can be
 * linked. Workloads are in a /16 and a /64, Services in a /16 and a /112.
 *
 * @param number 0 for the first mesh; at most {@link #MAX_NUMBER}
 */
public record Network(int number) {

    /** The highest number: so many meshes, and one, can be up side by side. */
    public static final int MAX_NUMBER = 31;

    /** The network of a mesh that has the machine for itself. */
    public static final Network FIRST = new Network(0);

    /** Where the control plane listens, on the gateway's address. */
    public static final int CONTROL_PORT = 15_012;

    /** Where the control plane serves its trust bundle, on the gateway's address. */
    public static final int BUNDLE_PORT = 15_013;

    /** Prefix length of {@link #workloadsIpv4()}. */
    public static final int IPV4_PREFIX = 16;

    /** Prefix length of {@link #workloadsIpv6()}. */
    public static final int IPV6_PREFIX = 64;

    /** How the names of interfaces that lead to other meshes begin. */
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

    /** The lowest number that none of these meshes has; empty when all are taken. */
    public static OptionalInt firstFree(Collection<Integer> taken) {
        return IntStream.rangeClosed(0, MAX_NUMBER)
                .filter(number -> !taken.contains(number))
                .findFirst();
    }

    /** The gateway of the workloads, where the control plane listens: {@code 10.244.0.1} in the first network. */
    public String gatewayIpv4() {
        return workloadIpv4(1);
    }

    /** The gateway's IPv6 address. */
    public String gatewayIpv6() {
        return workloadIpv6(1);
    }

    /** Address and port of the control plane. */
    public String controlPlane() {
        return gatewayIpv4() + ":" + CONTROL_PORT;
    }

    /** Address and port of the control plane's bundle endpoint. */
    public String bundleEndpoint() {
        return gatewayIpv4() + ":" + BUNDLE_PORT;
    }

    /** All addresses of workloads and Services. */
    public List<String> ranges() {
        return List.of(workloadsIpv4(), servicesIpv4(), workloadsIpv6(), servicesIpv6());
    }

    /** Where workloads are: {@code 10.244.0.0/16} in the first network, {@code 10.243.0.0/16} in the next. */
    public String workloadsIpv4() {
        return workloadIpv4(0) + "/" + IPV4_PREFIX;
    }

    /** Where workloads are: {@code fd57:e1f7::/64} in the first network. */
    public String workloadsIpv6() {
        return ipv6Workloads() + ":/" + IPV6_PREFIX;
    }

    /** Where Services are: {@code 10.96.0.0/16} in the first network, {@code 10.97.0.0/16} in the next. */
    public String servicesIpv4() {
        return serviceIpv4(0) + "/" + IPV4_PREFIX;
    }

    /** Where Services are: {@code fd57:e1f7:96::/112} in the first network. */
    public String servicesIpv6() {
        return ipv6Services() + ":/" + SERVICES_IPV6_PREFIX;
    }

    /** The name, in other meshes, of the interface that leads to this one. */
    public String linkName() {
        return LINK_PREFIX + number;
    }

    /** The address that this mesh has on each of its links to other meshes, as their next hop. */
    public String linkIpv6() {
        return "fe80::57:" + Integer.toHexString(number);
    }

    /** The address of the workload, or gateway, of this index. */
    public String workloadIpv4(int index) {
        return ipv4(WORKLOADS_OCTET - number, index);
    }

    /** The IPv6 address of the workload, or gateway, of this index. */
    public String workloadIpv6(int index) {
        return ipv6Workloads() + ":" + Integer.toHexString(index);
    }

    /** The address of the Service of this index. */
    public String serviceIpv4(int index) {
        return ipv4(SERVICES_OCTET + number, index);
    }

    /** The IPv6 address of the Service of this index. */
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
