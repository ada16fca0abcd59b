package dev.weft.local.supervisor;

import java.net.InetAddress;

/**
 * Builds the text of a workload's /etc/resolv.conf. The name server is an address of loopback at which no program
 * listens: the capture rules redirect its queries to the sidecar. In a pod without a sidecar they are refused at once,
 * and only names of the hosts file work.
 */
final class ResolvConfFile {

    static final InetAddress NAME_SERVER = InetAddress.ofLiteral("127.0.0.53");

    private ResolvConfFile() {}

    /** Returns the text for a workload of this namespace. Short names are completed as in Kubernetes. */
    static String text(String namespace, String trustDomain) {
        return """
                # Written by Weft: the sidecar answers.
                nameserver %1$s
                search %2$s.svc.%3$s svc.%3$s %3$s
                options ndots:5
                """.formatted(NAME_SERVER.getHostAddress(), namespace, trustDomain);
    }
}
