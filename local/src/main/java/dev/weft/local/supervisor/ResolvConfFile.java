package dev.weft.local.supervisor;

import java.net.InetAddress;

/**
 * How a workload's programs ask for names, as the text of its /etc/resolv.conf. The name server is an address of loopback that
 * no program listens at: the capture takes what is sent there to the sidecar. In a pod without a sidecar it is refused at once, and names
 * are those of the hosts file.
 */
final class ResolvConfFile {

    /** Where questions for names are sent. */
    static final InetAddress NAME_SERVER = InetAddress.ofLiteral("127.0.0.53");

    private ResolvConfFile() {}

    /** The text for a workload of this namespace: names are completed as in Kubernetes. */
    static String text(String namespace, String trustDomain) {
        return """
                # Written by Weft: the sidecar answers.
                nameserver %1$s
                search %2$s.svc.%3$s svc.%3$s %3$s
                options ndots:5
                """.formatted(NAME_SERVER.getHostAddress(), namespace, trustDomain);
    }
}
